"""Pages that are read within bounds: what was read for one, and how far a read may go; pure."""

import json
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

# A function's response holds 6 MB, as a JSON text in a JSON text; the rest is for the headers.
WIRE_BYTES = 5 * 1024 * 1024

Count = Annotated[int, Meta(ge=0)]


class PageRead(msgspec.Struct, frozen=True):
    """How many items were read for a page, and how many of them are on it.

    A page may be short, even empty, and not the last one: `complete` says that nothing is left to
    be read, and otherwise the cursor leads on.
    """

    scanned: Count
    matched: Count
    complete: bool


class ReadBounds(NamedTuple):
    """How much is read for one page: items, and seconds within which the last call begins."""

    items: int = 5_000
    time_s: float = 3.0


def count_wire_bytes(text: str) -> int:
    """The bytes of a text in a function's response: quoted once more, and ASCII at worst."""
    return len(json.dumps(text))
