"""Records as they are exported, and the response that holds a part of them; pure."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

import msgspec

from chalicelib import strict_json
from chalicelib.tenant_logs.model import CSV, NDJSON
from chalicelib.tenant_logs.search.queries import LogEntry, LogExport, LogExportFormat
from chalicelib.web.call import Call
from chalicelib.web.headers import LINK, NEXT_CURSOR
from chalicelib.web.payload import Payload

COLUMNS = ("ts", "received_at", "severity", "source", "text", "log_id", "attrs")
MEDIA_TYPES = MappingProxyType({LogExportFormat.NDJSON: NDJSON[0], LogExportFormat.CSV: CSV})
# A spreadsheet takes a cell that begins so for a formula, and anyone may have written the text.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def render_ndjson(entry: LogEntry) -> str:
    """A record as a line of JSON."""
    return f"{strict_json.encode(entry)}\n"


def render_csv(entry: LogEntry) -> str:
    """A record as a line of CSV; what a spreadsheet would take for a formula is quoted by `'`."""
    cells = [entry.ts, entry.received_at, entry.severity, entry.source, entry.text, entry.log_id]
    return _to_line([*map(_quote, cells), strict_json.encode(entry.attrs)])


RENDER: Mapping[LogExportFormat, Callable[[LogEntry], str]] = MappingProxyType(
    {LogExportFormat.NDJSON: render_ndjson, LogExportFormat.CSV: render_csv}
)


def build_payload(
    query: LogExport, call: Call, lines: Sequence[str], next_cursor: str | None
) -> Payload:
    """A part of an export; all parts in a row are one file, so only the first has CSV's header."""
    is_first = query.cursor is None
    head = [_to_line(COLUMNS)] if query.format is LogExportFormat.CSV and is_first else []
    return Payload(
        media_type=MEDIA_TYPES[query.format],
        data="".join([*head, *lines]).encode(),
        headers={} if next_cursor is None else _lead_on(query, call, next_cursor),
    )


def _lead_on(query: LogExport, call: Call, next_cursor: str) -> dict[str, str]:
    """The headers of the next part; a `Link` beginning with `?` is of the same path (RFC 8288)."""
    asked = {**_list_asked(query), "cursor": next_cursor}
    if call.named_tenant is not None:
        asked["tenant_id"] = call.named_tenant
    return {NEXT_CURSOR: next_cursor, LINK: f'<?{urlencode(asked)}>; rel="next"'}


def _list_asked(query: LogExport) -> dict[str, Any]:
    """The parameters of a query, but for those that are as without them."""
    usual = msgspec.to_builtins(LogExport())
    asked = {
        name: str(value).lower() if isinstance(value, bool) else value
        for name, value in msgspec.to_builtins(query).items()
        if value != usual[name] and name != "attr"
    }
    return asked | {f"attr.{key}": value for key, value in query.attr.items()}


def _quote(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULAS) else cell


def _to_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
