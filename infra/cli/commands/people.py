"""Who calls, what an id is of, and what needs somebody."""

from argparse import Namespace

from infra.cli.arguments import Command, Context, argument, some_id
from infra.cli.failures import ExitCode
from infra.cli.listing import Document, decode, put_items, take, take_time, to_text

_FOUND = {
    "KIND": take("kind"),
    "ID": take("id"),
    "AT": take_time("at"),
    "STATUS": take("status"),
}
_ATTENTION = {
    "LEVEL": take("level"),
    "SUBJECT": take("subject"),
    "SINCE": take_time("since"),
    "MESSAGE": take("message"),
}
_RECENT = {"ID": take("id"), "AT": take_time("at"), "STATUS": take("status")}


def show_caller(context: Context, _given: Namespace) -> ExitCode:
    """Print who the token is of."""
    body = context.api.get("/api/v1/me").body
    if context.as_json:
        context.screen.put_document(body)
        return ExitCode.DONE
    caller = decode(body)
    names = ("email", "id", "tenant", "groups", "stage", "may")
    context.screen.put_fields((name, to_text(caller[name])) for name in names)
    return ExitCode.DONE


def look_up(context: Context, given: Namespace) -> ExitCode:
    """Print what an id is of; REFUSED if it is of nothing."""
    body = context.api.get("/api/v1/lookup", {"id": given.id}).body
    result = decode(body)
    if context.as_json:
        context.screen.put_document(body)
    else:
        put_items(context, _FOUND, result["found"])
        _say_failed(context, result["looked"], "kind")
    return ExitCode.DONE if result["found"] else ExitCode.REFUSED


def show_overview(context: Context, given: Namespace) -> ExitCode:
    """Print what needs attention, how much came, and what is recent."""
    body = context.api.get("/api/v1/overview", {"range": given.range}).body
    if context.as_json:
        context.screen.put_document(body)
        return ExitCode.DONE
    overview = decode(body)
    _say_failed(context, overview["checks"], "name")
    if overview["attention"]:
        put_items(context, _ATTENTION, overview["attention"])
    else:
        context.screen.put_line("Nothing needs attention.")
    context.screen.put_line("")
    _put_workloads(context, overview["workloads"])
    for name, part in overview["recent"].items():
        if part and part["items"]:
            context.screen.put_line("")
            context.screen.put_line(f"Newest {name}")
            put_items(context, _RECENT, part["items"])
    return ExitCode.DONE


def _put_workloads(context: Context, workloads: Document) -> None:
    rows = [
        (name, f"{'about ' if part['approximate'] else ''}{to_text(part['total'])}")
        for name, part in workloads.items()
        if part is not None
    ]
    context.screen.put_table(("WORKLOAD", "CAME"), rows)


def _say_failed(context: Context, parts: list[Document], name: str) -> None:
    """A part that could not be asked says so; the rest is shown."""
    for part in parts:
        if part["problem"]:
            context.screen.say(f"{part[name]}: {part['problem']['message']}")


COMMANDS = (
    Command("whoami", "Show who you are and what you may do", show_caller, (), ("omni whoami",)),
    Command(
        "lookup",
        "Say what an id is of",
        look_up,
        (argument("id", type=some_id, metavar="ID"),),
        ("omni lookup 33759f8b-698e-4d65-93e9-b4e644b50e9a",),
    ),
    Command(
        "overview",
        "Show what needs attention, how much came, and what is recent",
        show_overview,
        (argument("--range", choices=("1h", "24h", "7d"), default="24h", help="24h unless told"),),
        ("omni overview", "omni overview --range 1h"),
    ),
)
