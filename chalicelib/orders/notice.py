"""What is said of stored orders: an e-mail that people read, and JSON for programs; pure.

Programs (SQS, HTTP, Lambda: the variant `default`) get
`{"v": 1, "subject", "text", "orders": [{"orderID", "status", "placed_by", "queued_at",
"stored_at", "total", "order"}]}`, where `text` is the very text of the e-mail, for whoever shows
it as such. `order` is null where the message would be too large for SNS: fetch it by its id.

A message may come more than once. The `orderID`, in the subject, the text, the JSON and (except in
digests) the attributes, is what a repeat has in common with the first: an order has one notice.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from chalicelib import strict_json
from chalicelib.orders import lines
from chalicelib.orders.model import Order, OrderStatus
from chalicelib.sns_message import MAX_MESSAGE_BYTES, MAX_SUBJECT, encode_variants

SUBJECT = "New Order Notification"
ATTRIBUTES_BYTES = 4096  # of SNS's limit, left to subject and attributes
MAX_TEXT_BYTES = 32 * 1024
MAX_VALUE = 300  # characters of one value in the e-mail
_SAFE_MAGNITUDE = 20  # of a total that filters may compare

Attributes = dict[str, str | Decimal]


class Notice(NamedTuple):
    """One message to the topic and the orders in it."""

    order_ids: tuple[str, ...]
    subject: str
    variants: dict[str, str]
    attributes: Attributes


def notices(orders: Sequence[Order]) -> Iterator[Notice]:
    """One message for all `orders`; several where SNS would refuse one so large."""
    if not orders:
        return
    notice = _notice(orders, whole=True)
    if _fits(notice):
        yield notice
    elif len(orders) == 1:
        yield _notice(orders, whole=False)
    else:
        middle = len(orders) // 2
        yield from notices(orders[:middle])
        yield from notices(orders[middle:])


def _notice(orders: Sequence[Order], *, whole: bool) -> Notice:
    first = orders[0]
    alone = len(orders) == 1
    subject = _subject(first.orderID if alone else f"{len(orders)} orders")
    text = _join_fitting(_letter(first) if alone else _digest(orders))
    shown = [_summarize(order, whole=whole) for order in orders]
    message = {"v": 1, "subject": subject, "text": text, "orders": shown}
    return Notice(
        order_ids=tuple(order.orderID for order in orders),
        subject=subject,
        variants={"default": strict_json.encode_for_queue(message), "email": text, "sms": subject},
        attributes=_attributes(first) if alone else {"kind": "digest", "orders": _count(orders)},
    )


def _fits(notice: Notice) -> bool:
    return len(encode_variants(notice.variants).encode()) <= MAX_MESSAGE_BYTES - ATTRIBUTES_BYTES


def _subject(what: str) -> str:
    """SNS takes printable ASCII; a line break would be another header of the e-mail."""
    clean = re.sub(r"[^!-~]+", " ", f"{SUBJECT} {what}")
    return clean[:MAX_SUBJECT].rstrip()


def _attributes(order: Order) -> Attributes:
    """What subscriptions may filter by."""
    found: Attributes = {
        "kind": "order",
        "orders": Decimal(1),
        "orderID": _plain(order.orderID),
        "status": order.status,
        "placed_by": _plain(order.placed_by),
    }
    if order.total is not None and abs(Decimal(order.total).adjusted()) <= _SAFE_MAGNITUDE:
        found["total"] = Decimal(order.total)
    return {name: value for name, value in found.items() if value != ""}


def _count(orders: Sequence[Order]) -> Decimal:
    return Decimal(len(orders))


def _summarize(order: Order, *, whole: bool) -> dict[str, Any]:
    return {
        "orderID": order.orderID,
        "status": order.status,
        "placed_by": order.placed_by,
        "queued_at": _at(order, OrderStatus.QUEUED),
        "stored_at": _at(order, OrderStatus.STORED),
        "total": order.total,
        "order": order.order if whole else None,
    }


def _letter(order: Order) -> Iterator[str]:
    """The e-mail of one order, line by line."""
    yield f"New order {_plain(order.orderID)}"
    yield ""
    yield f"Received   {_when(order)}"
    yield f"Placed by  {_plain(order.placed_by) or 'unknown'}"
    yield from lines.table(order)
    fields = list(lines.fields(order))
    if fields:
        yield ""
    for name, value in fields:
        yield f"{_plain(name)}: {_plain(value)}"


def _digest(orders: Sequence[Order]) -> Iterator[str]:
    """The e-mail of several orders: a line for each."""
    yield f"{len(orders)} new orders"
    yield ""
    for order in orders:
        total = "" if order.total is None else f"  total {_plain(lines.money(order.total))}"
        who = _plain(order.placed_by) or "unknown"
        yield f"{_plain(order.orderID)}  {_when(order)}  by {who}{total}"


def _when(order: Order) -> str:
    at = _at(order, OrderStatus.QUEUED) or _at(order, OrderStatus.STORED)
    return "unknown" if at is None else f"{at[:19].replace('T', ' ')} UTC"


def _at(order: Order, status: OrderStatus) -> str | None:
    return next((step.at for step in order.timeline if step.status == status), None)


def _plain(text: str) -> str:
    """On one line and of a length that people read: no value may look like a line of ours."""
    clean = "".join(
        character if character.isprintable() else " " for character in text[: MAX_VALUE + 1]
    )
    return clean if len(clean) <= MAX_VALUE else f"{clean[: MAX_VALUE - 1]}…"


def _join_fitting(all_lines: Iterable[str]) -> str:
    """As many lines as fit the e-mail."""
    kept: list[str] = []
    text_bytes = 0
    for line in all_lines:
        text_bytes += len(line.encode()) + 1
        if text_bytes > MAX_TEXT_BYTES:
            kept += ["", "… and more: look the order up by its id."]
            break
        kept.append(line)
    return "\n".join(kept) + "\n"
