"""Records as they are exported, and the response that holds a part of them; pure."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from chalicelib import strict_json
from chalicelib.records.model import Record, RecordExport, RecordExportFormat
from chalicelib.web import files
from chalicelib.web.payload import CSV, NDJSON, Payload

COLUMNS = ("user_id", "version", "created_at", "updated_at", "created_by", "content")
TYPES: Mapping[RecordExportFormat, str] = MappingProxyType(
    {RecordExportFormat.NDJSON: NDJSON, RecordExportFormat.CSV: CSV}
)


def render_ndjson(record: Record) -> str:
    """The content alone, as it was posted."""
    return f"{strict_json.encode(record.content)}\n"


def render_csv(record: Record) -> str:
    """The bookkeeping, and the content as one cell of JSON."""
    cells = [getattr(record, name) for name in COLUMNS[:-1]]
    return files.write_row([*cells, strict_json.encode(record.content)])


RENDER: Mapping[RecordExportFormat, Callable[[Record], str]] = MappingProxyType(
    {RecordExportFormat.NDJSON: render_ndjson, RecordExportFormat.CSV: render_csv}
)


def build_payload(query: RecordExport, lines: Sequence[str], next_cursor: str | None) -> Payload:
    """A part of the file; all parts in a row are one file, so the first alone has CSV's header."""
    asked = {
        "prefix": query.prefix,
        "format": query.format.value,
        "limit": query.limit,
        "cursor": query.cursor,
    }
    return files.build_part(TYPES[query.format], COLUMNS, lines, asked, next_cursor)
