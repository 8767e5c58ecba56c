"""One part of the archive: an S3 object of gzipped NDJSON below its day and hour.

No Content-Encoding goes with it: Athena and DuckDB see from the name that it is compressed.
"""

import gzip
import io
import re
import zlib
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import NamedTuple

import msgspec

from chalicelib.analytics.model import ArchivedSearch

CONTENT_TYPE = "application/gzip"
MAX_LINE_BYTES = 64 * 1024
MAX_UNPACKED_BYTES = 16 * 1024 * 1024  # the worker packs about 1 MiB; more is not its work

_KEY = re.compile(r"^searches/dt=(\d{4}-\d\d-\d\d)/hour=(\d\d)/[^/]+\.ndjson\.gz$")


class Content(NamedTuple):
    """What a part holds. `is_damaged`: cut off, not gzip, or far too large; the rest is there."""

    events: list[ArchivedSearch]
    malformed_rows: int
    unpacked_bytes: int
    is_damaged: bool


def key(at: datetime, unique: str) -> str:
    """Where a part with events of the hour of `at` (UTC) is stored."""
    return f"{day_prefix(at.date())}hour={at.hour:02}/part-{unique}.ndjson.gz"


def day_prefix(day: date) -> str:
    """What every key of a day begins with."""
    return f"searches/dt={day.isoformat()}/"


def hour_of(part_key: str) -> datetime | None:
    """The hour whose events a part holds; None for an object that is no part."""
    match = _KEY.match(part_key)
    if match is None:
        return None
    try:
        return datetime.fromisoformat(f"{match[1]}T{match[2]}:00:00").replace(tzinfo=UTC)
    except ValueError:  # a 32nd of a month
        return None


def compress(events: Iterable[ArchivedSearch]) -> bytes:
    """The events, one JSON object a line, gzipped; the same events give the same bytes."""
    return gzip.compress(_ENCODER.encode_lines(events), mtime=0)


def decompress(body: bytes) -> Content:
    """The events of a part; a damaged one gives the events before the damage."""
    events: list[ArchivedSearch] = []
    malformed_rows = unpacked_bytes = 0
    lines = gzip.GzipFile(fileobj=io.BytesIO(body))
    try:
        while line := lines.readline(MAX_LINE_BYTES):
            unpacked_bytes += len(line)
            if unpacked_bytes > MAX_UNPACKED_BYTES:
                return Content(events, malformed_rows, unpacked_bytes, is_damaged=True)
            if event := _event(line):
                events.append(event)
            else:
                malformed_rows += 1
    except (EOFError, OSError, zlib.error):  # as gzip reports a truncated or corrupt stream
        return Content(events, malformed_rows, unpacked_bytes, is_damaged=True)
    return Content(events, malformed_rows, unpacked_bytes, is_damaged=False)


def _event(line: bytes) -> ArchivedSearch | None:
    try:
        return _DECODER.decode(line)
    except (ValueError, RecursionError):
        return None


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(ArchivedSearch)
