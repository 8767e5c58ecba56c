"""Messages: send, list, show, retry."""

from argparse import Namespace

import msgspec

from infra.cli.api import CliRequest, quote_id
from infra.cli.arguments import Command, Context, argument, limit, read_body, some_id
from infra.cli.creating import IDEMPOTENCY, post_new
from infra.cli.failures import BadUsage, ExitCode
from infra.cli.listing import (
    Document,
    Listing,
    decode,
    put_items,
    show_list,
    take,
    take_time,
    to_text,
)

_PATH = "/api/v1/messages"
_CHANNELS = ("facebook", "instagram", "linkedin", "email", "sms")
_STATUSES = (
    "draft",
    "waiting",
    "scheduled",
    "queued",
    "sending",
    "sent",
    "partial",
    "unconfirmed",
    "failed",
    "cancelled",
)
_MESSAGES = Listing(
    _PATH,
    "messages",
    100,
    {
        "MESSAGE": take("id"),
        "CREATED": take_time("created_at"),
        "STATUS": take("status"),
        "CHANNELS": lambda message: " ".join(item["channel"] for item in message["channels"]),
        "CONTENT": take("content"),
    },
)


def _describe_result(delivery: Document) -> str:
    error = delivery["error"]
    return str(error["message"]) if error else to_text(delivery["permalink"])


_DELIVERIES = {
    "CHANNEL": take("channel"),
    "TARGET": take("target"),
    "STATUS": take("status"),
    "ATTEMPTS": take("attempts"),
    "SENT": take_time("sent_at"),
    "LINK OR ERROR": _describe_result,
}


def send_message(context: Context, given: Namespace) -> ExitCode:
    """Publish a message, now or at a time."""
    try:
        content = read_body(given.content).decode()
    except UnicodeDecodeError as error:
        raise BadUsage("the message is not UTF-8") from error
    fields = ("subject", "scheduled_at", "time_zone", "media")
    chosen = {name: getattr(given, name) for name in fields if getattr(given, name)}
    message = {"content": content, "channels": given.channels, **chosen, "draft": given.draft}
    _put_message(context, post_new(context, _PATH, msgspec.json.encode(message)))
    return ExitCode.DONE


def list_messages(context: Context, given: Namespace) -> ExitCode:
    """Print the caller's messages, newest first."""
    query = {"status": given.status, "channel": given.channel}
    return show_list(context, _MESSAGES, query, given.limit)


def show_message(context: Context, given: Namespace) -> ExitCode:
    """Print a message with its deliveries."""
    _put_message(context, context.api.get(f"{_PATH}/{quote_id(given.id)}").body)
    return ExitCode.DONE


def retry_message(context: Context, given: Namespace) -> ExitCode:
    """Try the failed deliveries of a message again."""
    path = f"{_PATH}/{quote_id(given.id)}/retry"
    _put_message(context, context.api.send(CliRequest("POST", path)).body)
    return ExitCode.DONE


def _put_message(context: Context, body: bytes) -> None:
    if context.as_json:
        context.screen.put_document(body)
        return
    message = decode(body)
    names = ("id", "status", "subject", "scheduled_at", "created_at", "media", "notes")
    context.screen.put_fields((name, to_text(message[name])) for name in names if message[name])
    put_items(context, _DELIVERIES, message["channels"])
    context.screen.put_lines(message["content"])


_ID = argument("id", type=some_id, metavar="ID")

COMMANDS = (
    Command(
        "messages send",
        "Publish a message, now or at a time",
        send_message,
        (
            argument("content", metavar="TEXT", help="the text, @FILE, or - for standard input"),
            argument(
                "--channel",
                action="append",
                dest="channels",
                required=True,
                choices=_CHANNELS,
                help="once for each",
            ),
            argument("--subject", metavar="TEXT", help="of the e-mail"),
            argument(
                "--at", dest="scheduled_at", metavar="TIME", help="RFC 3339, or with --time-zone"
            ),
            argument("--time-zone", metavar="NAME", help="such as Europe/Berlin"),
            argument("--media", action="append", metavar="ID", help="once for each picture"),
            argument("--draft", action="store_true", help="keep it, publish nothing"),
            IDEMPOTENCY,
        ),
        (
            "omni messages send 'We passed' --channel email --subject News --idempotency-key news",
            "omni messages send @post.txt --channel facebook --media m-1 --draft",
            "omni messages send Hi --channel sms --at 2030-12-24T18:00 --time-zone Europe/Berlin",
        ),
    ),
    Command(
        "messages list",
        "List your messages, newest first",
        list_messages,
        (
            argument("--status", choices=_STATUSES),
            argument("--channel", choices=_CHANNELS),
            limit(25, "how many at most, 25 unless told"),
        ),
        ("omni messages list --status failed --channel linkedin --limit 10",),
    ),
    Command(
        "messages show",
        "Show a message and its deliveries",
        show_message,
        (_ID,),
        ("omni messages show 01a221d9-4077-76f2-8875-ab800a58cda7",),
    ),
    Command(
        "messages retry",
        "Try the failed deliveries of a message again",
        retry_message,
        (_ID,),
        ("omni messages retry 01a221d9-4077-76f2-8875-ab800a58cda7",),
    ),
)
