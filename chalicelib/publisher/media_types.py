"""What the routes of many messages take and send besides JSON, as documented; pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from msgspec import Meta

from chalicelib.publisher.model.exchange import MAX_IMPORT_ROWS
from chalicelib.web.payload import CSV, NDJSON

_Lines = Annotated[
    str,
    Meta(
        description="A message a line, as `POST /api/v1/messages` takes it; at most "
        f"{MAX_IMPORT_ROWS:,}."
    ),
]
_Table = Annotated[
    str,
    Meta(
        description=f"The first row names the columns; at most {MAX_IMPORT_ROWS:,} more. Columns: "
        "`content`, `channels`, `subject`, `scheduled_at`, `time_zone`, `media`, `email`, `sms`, "
        "`draft`, `template`, `field.<name>`, `content.<channel>`, `subject.<channel>`. Lists have "
        "spaces between their members; an empty cell leaves its field out."
    ),
]
IMPORTED: Mapping[str, Any] = MappingProxyType({NDJSON: _Lines, CSV: _Table})
CALENDAR: Mapping[str, Any] = MappingProxyType({"text/calendar": str})
EXPORTED: Mapping[str, Any] = MappingProxyType({NDJSON: str, CSV: str})
