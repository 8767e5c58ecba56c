"""Bodies that carry lines of others: Firehose, CloudWatch Logs subscriptions, Loki's push; pure.

They are opened without decoding what they hold, and never beyond the limit of records.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple, TypeVar

import msgspec

from chalicelib.errors import InvalidInput, TooLarge
from chalicelib.tenant_logs.intake import levels
from chalicelib.tenant_logs.model import MAX_RECORDS, LogRejectCode, Refusal
from chalicelib.web import payload

T = TypeVar("T")

MAX_UNPACKED_BYTES = 5 * 1024 * 1024  # of all gzipped data in one request

# An array by its places: unlike a list, it holds no more than one element too many, so that five
# megabytes of `1,1,1` stay five megabytes.
ELEMENTS = msgspec.defstruct(
    "Elements",
    [(f"at_{index}", msgspec.Raw, msgspec.Raw()) for index in range(MAX_RECORDS + 1)],
    array_like=True,
)
Elements: Any = ELEMENTS


class WrappedLine(NamedTuple):
    """A line of someone else's, and what its wrapper says of it, in this product's names."""

    data: bytes
    around: dict[str, Any]


class _Firehose(msgspec.Struct, rename="camel"):
    request_id: str
    records: Elements


class _Data(msgspec.Struct):
    data: str


class _Subscription(msgspec.Struct, rename="camel"):
    message_type: str
    log_events: Elements
    log_group: str = ""
    log_stream: str = ""


class _LogEvent(msgspec.Struct):
    id: str
    timestamp: int
    message: str


class _Push(msgspec.Struct):
    streams: Elements


class _Stream(msgspec.Struct):
    values: Elements
    stream: dict[str, str] = {}


class _Value(msgspec.Struct, array_like=True):
    ts: str
    line: str
    metadata: dict[str, str] = {}


def elements(found: Any) -> Iterator[bytes]:
    """The elements of an array, undecoded, and at most one more than a request may have."""
    return (bytes(element) for element in msgspec.structs.astuple(found) if element)


def _decode(found: Any, kind: type[T]) -> Iterator[T | Refusal]:
    """The elements of an array as `kind`; one that is none does not spoil the others."""
    for raw in elements(found):
        try:
            yield msgspec.json.decode(raw, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield Refusal(
                LogRejectCode.INVALID_RECORD, f"the record is not of its wrapper: {error}"
            )


def _few(labels: dict[str, str]) -> dict[str, str]:
    """As many labels as are small together: each line is queued with a copy of them."""
    kept: dict[str, str] = {}
    room = _MAX_LABELS_CHARACTERS
    for name, value in labels.items():
        room -= len(name) + len(value)
        if room < 0:
            break
        kept[name] = value
    return kept


class Opener:
    """Opens the wrappers of one request, which share the limit of unpacked bytes."""

    def __init__(self) -> None:
        self._room_bytes = MAX_UNPACKED_BYTES

    def lines(self, raw: bytes) -> list[WrappedLine | Refusal] | None:
        """What a wrapper holds; None where it is none."""
        if not _SIGN.search(raw):
            return None
        for sign, decoder, opened in _WRAPPERS:
            if sign in raw:
                try:
                    return list(islice(opened(self, decoder.decode(raw)), MAX_RECORDS + 1))
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                    continue
        return None

    def firehose(self, body: _Firehose) -> Iterator[WrappedLine | Refusal]:
        """Each record is base64 of lines, or of a gzipped CloudWatch subscription."""
        for record in _decode(body.records, _Data):
            data = record if isinstance(record, Refusal) else self._data(record.data)
            if isinstance(data, Refusal):
                yield data
            elif (inner := self.lines(data)) is not None:
                yield from inner
            else:
                yield from (WrappedLine(line, {}) for line in data.splitlines() if line.strip())

    def subscription(self, body: _Subscription) -> Iterator[WrappedLine | Refusal]:
        """CloudWatch's own id makes a record that comes again the same record."""
        if body.message_type != "DATA_MESSAGE":
            return
        attrs = _few({"log_group": body.log_group, "log_stream": body.log_stream})
        around = {"source": attrs.get("log_group", ""), "attrs": attrs}
        for event in _decode(body.log_events, _LogEvent):
            if isinstance(event, Refusal):
                yield event
            else:
                own = {"ts": event.timestamp, "log_id": event.id}
                yield WrappedLine(event.message.rstrip("\r\n").encode(), {**around, **own})

    def push(self, body: _Push) -> Iterator[WrappedLine | Refusal]:
        """Loki: the labels of a stream are attributes; a value is a time, a line, metadata."""
        for stream in _decode(body.streams, _Stream):
            if isinstance(stream, Refusal):
                yield stream
                continue
            labels = _few(stream.stream)
            source = next((labels[name] for name in _LOKI_NAMES if name in labels), "")
            for value in _decode(stream.values, _Value):
                if isinstance(value, Refusal):
                    yield value
                else:
                    attrs = {**labels, **_few(value.metadata)}
                    level = levels.by_name(attrs.get("detected_level") or attrs.get("level", ""))
                    around = {"source": source, "severity": level, "attrs": attrs}
                    yield WrappedLine(value.line.encode(), {**around, "ts": value.ts})

    def _data(self, encoded: str) -> bytes | Refusal:
        try:
            data = base64.b64decode(encoded, validate=True)
        except (binascii.Error, ValueError) as error:
            return _bad_data(error)
        return self._decompress(data) if data.startswith(payload.GZIP_MAGIC) else data

    def _decompress(self, data: bytes) -> bytes | Refusal:
        """Unpacked data; once the limit is passed, nothing more is unpacked."""
        if not self._room_bytes:
            return _UNPACKS_TOO_FAR
        try:
            done = payload.decompress(data, payload.GZIP, self._room_bytes)
        except TooLarge:
            self._room_bytes = 0
            return _UNPACKS_TOO_FAR
        except InvalidInput as error:
            return _bad_data(error)
        self._room_bytes -= len(done)
        return done


def _bad_data(error: Exception) -> Refusal:
    return Refusal(LogRejectCode.INVALID_RECORD, f"the data of a record is bad: {error}")


_SIGN = re.compile(rb'"(?:requestId|logEvents|streams)"')
_MAX_LABELS_CHARACTERS = 4096
_UNPACKS_TOO_FAR = Refusal(
    LogRejectCode.TOO_LARGE, f"the request unpacks to more than {MAX_UNPACKED_BYTES} bytes"
)
_LOKI_NAMES = ("service_name", "app", "job", "container")
_WRAPPERS: tuple[tuple[bytes, msgspec.json.Decoder[Any], Any], ...] = (
    (b'"requestId"', msgspec.json.Decoder(_Firehose), Opener.firehose),
    (b'"logEvents"', msgspec.json.Decoder(_Subscription), Opener.subscription),
    (b'"streams"', msgspec.json.Decoder(_Push), Opener.push),
)
