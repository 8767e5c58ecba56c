"""Logs of a tenant: find, or follow what arrives."""

from argparse import ArgumentTypeError, Namespace

from infra.cli.arguments import Command, Context, argument, limit
from infra.cli.failures import BadUsage, ExitCode
from infra.cli.following import follow
from infra.cli.listing import Document, Listing, decode, read_pages, say_if_more, to_text

SEVERITIES = ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")
DEFAULT_LIMIT = 100
_LOGS = Listing("/api/v1/logs", "logs", 1000, {})
# What has just arrived is of interest too, and a follower sees each record once all the same.
_FOLLOW_SINCE = "30s"


def show_logs(context: Context, given: Namespace) -> ExitCode:
    """Print the newest records, the newest last, or follow."""
    query = _build_query(given)
    if given.follow:
        if given.until is not None:
            raise BadUsage("--follow and --until do not go together")
        query["since"] = given.since or _FOLLOW_SINCE
        return follow(context, query, given.limit, lambda item: _put_record(context, item))
    items: list[bytes] = []
    cursor = None
    for page in read_pages(context.api, _LOGS, query, given.limit or DEFAULT_LIMIT):
        cursor = page.next_cursor
        if context.as_json:
            context.screen.put_document(page.body)
        else:
            items += page.items
    for item in reversed(items):
        _put_record(context, item)
    if not context.as_json:
        say_if_more(context, cursor)
    return ExitCode.DONE


def _build_query(given: Namespace) -> dict[str, str | None]:
    names = ("since", "until", "severity", "text", "source", "not_source")
    query: dict[str, str | None] = {name: getattr(given, name) for name in names}
    attributes = {f"attr.{name}": value for name, value in given.attr or ()}
    excluded = {f"not_attr.{name}": value for name, value in given.not_attr or ()}
    return {"tenant_id": given.tenant, **query, **attributes, **excluded}


def _put_record(context: Context, item: bytes) -> None:
    if context.as_json:
        context.screen.put_document(item)
    else:
        context.screen.put_line(describe_record(decode(item)))


def describe_record(record: Document) -> str:
    """A line: time in UTC to the millisecond, severity, source, text, attributes."""
    time = f"{record['ts'][:-1]:.23}Z".replace("T", " ")
    attributes = " ".join(f"{name}={to_text(value)}" for name, value in record["attrs"].items())
    parts = (time, f"{record['severity']:<5}", record["source"], record["text"], attributes)
    return "  ".join(part for part in parts if part)


def _severity(text: str) -> str:
    if text.upper() not in SEVERITIES:
        raise ArgumentTypeError(f"{text!r} is none of {', '.join(SEVERITIES).lower()}")
    return text.upper()


def _attribute(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name and equals):
        raise ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value


COMMANDS = (
    Command(
        "logs",
        "Show a tenant's log records, or follow what arrives",
        show_logs,
        (
            argument("--follow", "-f", action="store_true", help="go on until Ctrl-C"),
            argument("--since", metavar="TIME", help="an age such as 1h, or an RFC 3339 time"),
            argument("--until", metavar="TIME", help="the same"),
            argument("--severity", type=_severity, metavar="NAME", help="at least this one"),
            argument("--text", metavar="TEXT", help="a part of the text or of an attribute"),
            argument("--source", metavar="NAME", help="exactly this one"),
            argument(
                "--attr",
                action="append",
                type=_attribute,
                metavar="NAME=VALUE",
                help="exactly this value; once for each attribute",
            ),
            argument("--not-source", metavar="NAME", help="none of this one"),
            argument(
                "--not-attr",
                action="append",
                type=_attribute,
                metavar="NAME=VALUE",
                help="none with this value; once for each attribute",
            ),
            argument("--tenant", metavar="ID", help="another tenant, for operators"),
            limit(None, f"how many, {DEFAULT_LIMIT} unless told; a follower ends after as many"),
        ),
        (
            "omni logs --since 1h --severity warn --text timeout",
            "omni logs --until 2026-11-28T12:00:00Z --source web --attr http.status=500 --limit 20",
            "omni logs --follow --tenant shop --not-attr path=/health --not-source cron",
        ),
    ),
)
