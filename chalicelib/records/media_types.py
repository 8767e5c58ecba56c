"""What the routes of records take and send besides JSON, by media type, as documented; pure."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

from msgspec import Meta

from chalicelib.records.model import MAX_ROWS, OtherContent
from chalicelib.web.payload import CSV, JSON, NDJSON

MERGE_PATCH = "application/merge-patch+json"

_Lines = Annotated[str, Meta(description=f"A record a line, at most {MAX_ROWS:,}.")]
_Table = Annotated[
    str,
    Meta(
        description="The first row names the attributes, one of them `user_id`; at most "
        f"{MAX_ROWS:,} more. Cells are texts; an empty one leaves its attribute out."
    ),
]
IMPORTED: Mapping[str, Any] = MappingProxyType({NDJSON: _Lines, CSV: _Table})
EXPORTED: Mapping[str, Any] = MappingProxyType({NDJSON: str, CSV: str})
PATCHED: Mapping[str, Any] = MappingProxyType({MERGE_PATCH: OtherContent, JSON: OtherContent})
