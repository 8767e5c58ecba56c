"""Writes messages out, as NDJSON or CSV, in parts that are one file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import msgspec

from chalicelib.publisher.exchange import columns
from chalicelib.publisher.lookup import MessageLookup
from chalicelib.publisher.model import MessageExport, MessageFileFormat, OutboundMessage
from chalicelib.web import files
from chalicelib.web.call import Call
from chalicelib.web.payload import CSV, NDJSON, Payload


def _write_line(message: OutboundMessage) -> str:
    return msgspec.json.encode(message).decode() + "\n"


_TYPES: Mapping[MessageFileFormat, str] = MappingProxyType(
    {MessageFileFormat.NDJSON: NDJSON, MessageFileFormat.CSV: CSV}
)
_WRITE: Mapping[MessageFileFormat, Callable[[OutboundMessage], str]] = MappingProxyType(
    {MessageFileFormat.NDJSON: _write_line, MessageFileFormat.CSV: columns.write_row}
)


@dataclass(frozen=True, slots=True)
class MessageExporting:
    """Exports of the messages that a list shows."""

    lookup: MessageLookup

    def export(self, query: MessageExport, call: Call) -> Payload:
        """A part of an export.

        Raises InvalidInput for a foreign cursor or a bad range.
        """
        page = self.lookup.page(query.to_list(), call)
        asked = {
            "status": query.status,
            "channel": query.channel,
            "from": query.from_,
            "to": query.to,
            "format": query.format.value,
            "limit": query.limit,
            "cursor": query.cursor,
        }
        lines = map(_WRITE[query.format], page.messages)
        media_type = _TYPES[query.format]
        return files.build_part(media_type, columns.EXPORTED, lines, asked, page.next_cursor)
