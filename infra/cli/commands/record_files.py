"""Records as files: import in parts that the API takes, export of all parts as one file."""

from argparse import Namespace
from collections.abc import Mapping
from types import MappingProxyType

from infra.cli.arguments import Command, Context, argument, read_file
from infra.cli.creating import IDEMPOTENCY, post_new
from infra.cli.failures import ExitCode
from infra.cli.listing import decode
from infra.cli.splitting import split_csv, split_ndjson

_MEDIA_TYPES: Mapping[str, str] = MappingProxyType(
    {"ndjson": "application/x-ndjson", "csv": "text/csv"}
)


def import_records(context: Context, given: Namespace) -> ExitCode:
    """Add the rows of a file; REFUSED if some were not added, whose numbers are printed."""
    is_csv = given.format == "csv" or (given.format is None and given.file.endswith(".csv"))
    split, format_name = (split_csv, "csv") if is_csv else (split_ndjson, "ndjson")
    added = failed = 0
    for number, part in enumerate(split(read_file(given.file))):
        body = post_new(
            context, "/api/v1/records:import", part.body, _MEDIA_TYPES[format_name], number
        )
        result = decode(body)
        added, failed = added + result["added"], failed + result["failed"]
        if context.as_json:
            context.screen.put_document(body)
            continue
        for row in result["rows"]:
            place = part.find_row(row["row"])
            context.screen.put_line(f"row {place}: {row['message']} ({row['code']})")
    if not context.as_json:
        context.screen.put_line(f"{added} added, {failed} failed")
    return ExitCode.REFUSED if failed else ExitCode.DONE


def export_records(context: Context, given: Namespace) -> ExitCode:
    """Print all records as one file; each part leads to the next."""
    cursor = None
    while True:
        query = {"prefix": given.prefix, "format": given.format, "cursor": cursor}
        response = context.api.get("/api/v1/records:export", query)
        context.screen.put_part(response.body.decode())
        cursor = response.headers.get("x-next-cursor")
        if cursor is None:
            return ExitCode.DONE


COMMANDS = (
    Command(
        "records import",
        "Add the records of a file, NDJSON or CSV; a repeat adds nothing twice",
        import_records,
        (
            argument("file", metavar="FILE", help="or - for standard input"),
            argument("--format", choices=[*_MEDIA_TYPES], help="by the file's name unless told"),
            IDEMPOTENCY,
        ),
        (
            "omni records import people.csv --idempotency-key monday",
            "omni records import - --format ndjson < all.ndjson",
        ),
    ),
    Command(
        "records export",
        "Print all records as a file that an import takes back, or as CSV",
        export_records,
        (
            argument("--prefix", metavar="TEXT", help="only ids that begin so"),
            argument(
                "--format", choices=[*_MEDIA_TYPES], default="ndjson", help="ndjson unless told"
            ),
        ),
        ("omni records export > all.ndjson", "omni records export --prefix a --format csv"),
    ),
)
