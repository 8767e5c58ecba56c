"""Records: add, find, show, list, replace, delete."""

from argparse import Namespace

from infra.cli.api import JSON, CliRequest, quote_id
from infra.cli.arguments import Argument, Command, Context, argument, limit, read_body, some_id
from infra.cli.creating import IDEMPOTENCY, post_new
from infra.cli.failures import ExitCode
from infra.cli.listing import Listing, decode, show_list, take, take_raw, take_time, to_text

_RECORDS = Listing(
    "/api/v1/records",
    "records",
    100,
    {
        "USER": take("user_id"),
        "VERSION": take("version"),
        "UPDATED": take_time("updated_at"),
        "CREATED": take_time("created_at"),
    },
)


def add_record(context: Context, given: Namespace) -> ExitCode:
    """Add a record."""
    _put_answer(context, post_new(context, "/stream", read_body(given.record)))
    return ExitCode.DONE


def find_record(context: Context, given: Namespace) -> ExitCode:
    """Print a record as it was posted; the search is counted."""
    query = (("user_id", given.id),)
    headers = {"X-Api-Key": context.caller.find_api_key()}
    body = context.api.send(CliRequest("GET", "/get-user", query, None, headers)).body
    if context.as_json:
        context.screen.put_document(body)
    else:
        context.screen.put_indented(body)
    return ExitCode.DONE


def show_record(context: Context, given: Namespace) -> ExitCode:
    """Print a record with its version."""
    _put_record(context, context.api.get(_path(given)).body)
    return ExitCode.DONE


def list_records(context: Context, given: Namespace) -> ExitCode:
    """Print records by their ids."""
    return show_list(context, _RECORDS, {"prefix": given.prefix}, given.limit)


def replace_record(context: Context, given: Namespace) -> ExitCode:
    """Replace a record's whole content."""
    headers = {"Content-Type": JSON} | _expect_version(given)
    request = CliRequest("PUT", _path(given), (), read_body(given.record), headers)
    _put_record(context, context.api.send(request).body)
    return ExitCode.DONE


def delete_record(context: Context, given: Namespace) -> ExitCode:
    """Delete a record."""
    context.api.send(CliRequest("DELETE", _path(given), (), None, _expect_version(given)))
    if not context.as_json:
        context.screen.put_line(f"{given.id} deleted")
    return ExitCode.DONE


def _path(given: Namespace) -> str:
    return f"/api/v1/records/{quote_id(given.id)}"


def _expect_version(given: Namespace) -> dict[str, str]:
    return {} if given.if_version is None else {"If-Match": f'"{given.if_version}"'}


def _put_answer(context: Context, body: bytes) -> None:
    if context.as_json:
        context.screen.put_document(body)
    else:
        context.screen.put_line(decode(body)["message"])


def _put_record(context: Context, body: bytes) -> None:
    if context.as_json:
        context.screen.put_document(body)
        return
    record = decode(body)
    names = ("user_id", "version", "created_by", "created_at", "updated_at")
    context.screen.put_fields((name, to_text(record[name])) for name in names)
    context.screen.put_indented(take_raw(body, "content"))


_ID = argument("id", type=some_id, metavar="USER_ID")
_IF_VERSION: Argument = argument(
    "--if-version", metavar="N", help="only if this is the record's version"
)
_RECORD = argument("record", metavar="JSON", help="the record, @FILE, or - for standard input")

COMMANDS = (
    Command(
        "records add",
        "Add a record",
        add_record,
        (_RECORD, IDEMPOTENCY),
        (
            """omni records add '{"user_id": "ada", "name": "Ada Lovelace"}'""",
            "omni records add @ada.json --idempotency-key monday",
        ),
    ),
    Command(
        "records find",
        "Find a record, as it was posted; the search is counted",
        find_record,
        (_ID,),
        ("omni records find ada",),
    ),
    Command(
        "records show",
        "Show a record with its version",
        show_record,
        (_ID,),
        ("omni records show ada", "omni records show ada --json"),
    ),
    Command(
        "records list",
        "List records by id",
        list_records,
        (
            argument("--prefix", metavar="TEXT", help="only ids that begin so"),
            limit(50, "how many at most, 50 unless told"),
        ),
        ("omni records list --prefix a --limit 200",),
    ),
    Command(
        "records replace",
        "Replace a record's whole content",
        replace_record,
        (_ID, _RECORD, _IF_VERSION),
        ("""omni records replace ada '{"name": "Countess of Lovelace"}' --if-version 1""",),
    ),
    Command(
        "records delete",
        "Delete a record",
        delete_record,
        (_ID, _IF_VERSION),
        ("omni records delete ada", "omni records delete ada --if-version 2"),
    ),
)
