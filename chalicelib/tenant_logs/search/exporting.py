"""Records as they are exported, and the response that holds a part of them; pure."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec

from chalicelib import strict_json
from chalicelib.tenant_logs.model import CSV, NDJSON
from chalicelib.tenant_logs.search.queries import LogEntry, LogExport, LogExportFormat
from chalicelib.web import files
from chalicelib.web.call import Call
from chalicelib.web.payload import Payload

COLUMNS = ("ts", "received_at", "severity", "source", "text", "log_id", "attrs")
MEDIA_TYPES = MappingProxyType({LogExportFormat.NDJSON: NDJSON[0], LogExportFormat.CSV: CSV})


def render_ndjson(entry: LogEntry) -> str:
    """A record as a line of JSON."""
    return f"{strict_json.encode(entry)}\n"


def render_csv(entry: LogEntry) -> str:
    """A record as a line of CSV; what a spreadsheet would take for a formula is quoted by `'`."""
    cells = [entry.ts, entry.received_at, entry.severity, entry.source, entry.text, entry.log_id]
    return files.write_row([*cells, strict_json.encode(entry.attrs)])


RENDER: Mapping[LogExportFormat, Callable[[LogEntry], str]] = MappingProxyType(
    {LogExportFormat.NDJSON: render_ndjson, LogExportFormat.CSV: render_csv}
)


def build_payload(
    query: LogExport, call: Call, lines: Sequence[str], next_cursor: str | None
) -> Payload:
    """A part of an export."""
    asked = {**_list_asked(query), "tenant_id": call.named_tenant, "cursor": query.cursor}
    return files.build_part(MEDIA_TYPES[query.format], COLUMNS, lines, asked, next_cursor)


def _list_asked(query: LogExport) -> dict[str, Any]:
    """The parameters of a query, but for those that are as without them."""
    usual = msgspec.to_builtins(LogExport())
    asked: dict[str, Any] = {}
    for name, value in msgspec.to_builtins(query).items():
        if isinstance(value, dict):
            asked |= {f"{name}.{key}": member for key, member in value.items()}
        elif value != usual[name]:
            asked[name] = str(value).lower() if isinstance(value, bool) else value
    return asked
