"""Orders: place, show, list."""

from argparse import Namespace

from infra.cli.api import quote_id
from infra.cli.arguments import Command, Context, argument, limit, read_body, some_id
from infra.cli.creating import IDEMPOTENCY, post_new
from infra.cli.failures import ExitCode
from infra.cli.listing import (
    Document,
    Listing,
    decode,
    show_list,
    take,
    take_raw,
    to_text,
    to_time,
)

_ORDERS = Listing(
    "/orders",
    "orders",
    100,
    {
        "ORDER": take("orderID"),
        "PLACED": lambda order: to_time(order["timeline"][0]["at"]) if order["timeline"] else "-",
        "STATUS": take("status"),
        "TOTAL": take("total"),
        "BY": take("placed_by"),
    },
)


def place_order(context: Context, given: Namespace) -> ExitCode:
    """Queue an order, and print its id."""
    body = post_new(context, "/orders", read_body(given.order))
    if context.as_json:
        context.screen.put_document(body)
    else:
        accepted = decode(body)
        context.screen.put_line(f"{accepted['orderID']} {accepted['status']}")
    return ExitCode.DONE


def show_order(context: Context, given: Namespace) -> ExitCode:
    """Print an order with its timeline."""
    body = context.api.get(f"/orders/{quote_id(given.id)}").body
    if context.as_json:
        context.screen.put_document(body)
        return ExitCode.DONE
    order = decode(body)
    names = ("orderID", "status", "placed_by", "total", "request_id", "message_id")
    context.screen.put_fields((name, to_text(order[name])) for name in names)
    context.screen.put_fields(_describe_failure(order["failure"]))
    steps = ((step["status"], to_time(step["at"])) for step in order["timeline"])
    context.screen.put_table(("STATUS", "AT"), steps)
    context.screen.put_indented(take_raw(body, "order"))
    return ExitCode.DONE


def list_orders(context: Context, given: Namespace) -> ExitCode:
    """Print stored orders, newest first."""
    query = {
        "since": given.since,
        "until": given.until,
        "status": given.status,
        "placed_by": given.placed_by,
        "q": given.q,
    }
    return show_list(context, _ORDERS, query, given.limit)


def _describe_failure(failure: Document | None) -> list[tuple[str, str | None]]:
    if failure is None:
        return []
    ending = "for good" if failure["is_final"] else "to be tried again"
    return [("failure", f"{failure['message']} ({failure['code']}, {ending})")]


COMMANDS = (
    Command(
        "orders place",
        "Place an order; it is stored a moment later",
        place_order,
        (
            argument("order", metavar="JSON", help="the order, @FILE, or - for standard input"),
            IDEMPOTENCY,
        ),
        (
            """omni orders place '{"customer": "Ada", "lines": []}'""",
            "omni orders place @order.json --idempotency-key monday",
        ),
    ),
    Command(
        "orders show",
        "Show an order and how far it is",
        show_order,
        (argument("id", type=some_id, metavar="ID"),),
        ("omni orders show 0249d0d57e16d623bc39a093a2bbb877",),
    ),
    Command(
        "orders list",
        "List stored orders, newest first",
        list_orders,
        (
            argument("--since", metavar="TIME", help="an age such as 1h, or an RFC 3339 time"),
            argument("--until", metavar="TIME", help="the same"),
            argument("--status", choices=("stored", "notified")),
            argument("--placed-by", metavar="ID", help="who placed them"),
            argument("--q", metavar="TEXT", help="the beginning of the order's id"),
            limit(50, "how many at most, 50 unless told"),
        ),
        (
            "omni orders list --since 1d --status stored",
            "omni orders list --placed-by ada --until 2026-11-28T12:00:00Z --q 0249 --limit 9",
        ),
    ),
)
