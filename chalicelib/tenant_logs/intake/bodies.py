"""What requests to /ingest carry: JSON, NDJSON or a text, each record by itself; pure."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from chalicelib.errors import InvalidInput, TooLarge
from chalicelib.tenant_logs.intake import lines, mending
from chalicelib.tenant_logs.intake.given import Given
from chalicelib.tenant_logs.intake.records import Reader
from chalicelib.tenant_logs.intake.wrappers import ELEMENTS, elements
from chalicelib.tenant_logs.model import MAX_RECORDS, NDJSON, TEXT, Refusal
from chalicelib.web.payload import BOM, Payload

Piece = tuple[bytes, frozenset[str]]  # one record's bytes, and what was mended in them

_WHOLE: frozenset[str] = frozenset()
_BLANK = b" \t\r\n"
_LINE = re.compile(rb"[^\n]+")
_ARRAY = msgspec.json.Decoder(ELEMENTS)
_ANYTHING = msgspec.json.Decoder(msgspec.Raw)
_OTHER_START = re.compile(rb"\n[ \t\r]*[^{\s]")
# Braces by which concatenated objects are told apart; those in strings do not count.
_BRACES = re.compile(rb'(?:[^"{}]++|"(?:[^"\\]++|\\[\s\S])*+(?:"|\\?\Z))*+(\{++|\}|\Z)')


def objects(body: Payload) -> list[Given | Refusal]:
    """The records that a body holds, by position; a bad one does not spoil the others.

    Raises TooLarge beyond 1,000 of them, InvalidInput for a body that is no JSON.
    """
    reader = Reader()
    if body.media_type == TEXT:
        return _limit(_texts(body.data, reader))
    pieces = _lines(body.data) if body.media_type in NDJSON else _values(body.data)
    return _limit(record for raw, mended in pieces for record in reader.records(raw, mended))


def _limit(records: Iterable[Given | Refusal]) -> list[Given | Refusal]:
    found = list(islice(records, MAX_RECORDS + 1))
    if len(found) > MAX_RECORDS:
        raise TooLarge(f"a request takes at most {MAX_RECORDS} records; send the rest by another")
    return found


def _texts(data: bytes, reader: Reader) -> Iterator[Given]:
    """A text is one record, exactly as sent, unless it begins as syslog or CRI does."""
    if lines.is_one(data):
        yield from (reader.line(line) for line in lines.split(data))
    elif data:
        yield reader.text(data)


def _lines(data: bytes) -> Iterator[Piece]:
    """The lines that are not blank: syslog-ng sends blank ones between records."""
    stripped = (match[0].strip(_BLANK).removeprefix(BOM) for match in _LINE.finditer(data))
    return ((line, _WHOLE) for line in stripped if line)


def _values(data: bytes) -> Iterator[Piece]:
    """The records of JSON: an object, an array, or several objects one after another."""
    data = data.strip(_BLANK)
    if data.startswith(b"["):
        return _elements(data)
    if not data.startswith(b"{") or _is_one(data):
        return iter([(data, _WHOLE)] if data else [])
    return (
        _split_concatenated(data)
        if _OTHER_START.search(data) or b"\n" not in data
        else _lines(data)
    )


def _elements(data: bytes) -> Iterator[Piece]:
    """The elements of an array, undecoded."""
    try:
        yield from ((element, _WHOLE) for element in elements(_ARRAY.decode(data)))
    except (msgspec.DecodeError, RecursionError):
        yield from map(mending.remove_marks, elements(_mend_array(data)))


def _mend_array(data: bytes) -> object:
    try:
        mended = mending.mend(data)
        try:
            return _ARRAY.decode(mended)
        except RecursionError:
            return _ARRAY.decode(mending.flatten(mended))
    except (msgspec.DecodeError, RecursionError) as error:
        raise InvalidInput(f"the body is not valid JSON: {error}") from error


def _is_one(data: bytes) -> bool:
    """Whether a body is one object and not several, one after another."""
    try:
        _ANYTHING.decode(data)
    except msgspec.DecodeError:
        return len(list(islice(_split_concatenated(data), 2))) < 2  # noqa: PLR2004 one and another
    except RecursionError:
        return True
    return True


def _split_concatenated(data: bytes) -> Iterator[Piece]:
    """Objects without anything between them, as Splunk's senders batch them."""
    at = depth = 0
    for match in islice(_BRACES.finditer(data), mending.MAX_MENDED):
        depth += match.end(1) - match.start(1) if match[1] != b"}" else -1
        if not match[1]:
            break
        if depth <= 0:
            yield data[at : match.end()].strip(_BLANK), _WHOLE
            at, depth = match.end(), 0
    if rest := data[at:].strip(_BLANK):
        yield rest, _WHOLE
