"""OTLP exports as protobuf, read field by field (Protocol Buffers, encoding); pure.

The library reads a message whole or not at all, and takes fifty bytes of memory for two of a
body. So an export is first taken apart into its records, each of which the library reads by
itself; one that it refuses, such as for bad UTF-8, or that is too big, is read here.
"""

import struct
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from chalicelib.errors import InvalidInput, TooLarge
from chalicelib.tenant_logs.intake.otlp_json import (
    OtlpAnyValue,
    OtlpArrayValue,
    OtlpInstrumentationScope,
    OtlpKeyValue,
    OtlpKeyValueList,
    OtlpLogRecord,
    OtlpResource,
    Scoped,
)
from chalicelib.tenant_logs.intake.otlp_values import protobuf_base64
from chalicelib.tenant_logs.model import MAX_OTLP_RECORDS

MAX_FIELDS = 60_000  # of one message that is read here; what follows is left out
_VARINT, _FIXED64, _LENGTH, _FIXED32 = 0, 1, 2, 5
_FIXED_BYTES = {_FIXED64: 8, _FIXED32: 4}
_MAX_VARINT = 10  # bytes of 64 bits
_MAX_NESTING = 100
_TOO_MANY = f"an export takes at most {MAX_OTLP_RECORDS} records"
_NO_EXPORT = "the body is no ExportLogsServiceRequest"


class Field(NamedTuple):
    """One field: a number, or the bytes of anything else."""

    number: int
    value: Any


def read_groups(data: bytes) -> list[Scoped]:
    """The records of an export, by their resources and scopes, in its order.

    Raises InvalidInput for what is no export, TooLarge for one of too many records.
    """
    found: list[Scoped] = []
    left = MAX_OTLP_RECORDS
    _, resources = _parts(data, members=1, at_most=left)
    for resource_logs in resources:
        resource, scopes = _parts(resource_logs, members=2, at_most=left)
        for scope_logs in scopes:
            scope, records = _parts(scope_logs, members=2, at_most=left)
            left -= len(records)
            found.append(Scoped(resource, scope, records))
    if len(found) > MAX_OTLP_RECORDS:
        raise TooLarge(_TOO_MANY)
    return found


def log_record(data: bytes) -> OtlpLogRecord:
    """A record of which the library makes nothing; bad UTF-8 becomes U+FFFD.

    Raises InvalidInput for what is no message.
    """
    return _Reader().log_record(data)


def resource(data: bytes) -> OtlpResource:
    """As `log_record`."""
    return _Reader().resource(data)


def scope(data: bytes) -> OtlpInstrumentationScope:
    """As `log_record`."""
    return _Reader().scope(data)


def fields(data: bytes) -> Iterator[Field]:
    """The fields of a message; groups, which proto3 has not, are refused.

    Raises InvalidInput for what is no message.
    """
    at, end = 0, len(data)
    while at < end:
        tag, at = _varint(data, at)
        number, kind = tag >> 3, tag & 7
        if kind == _VARINT:
            value, at = _varint(data, at)
            yield Field(number, value)
            continue
        if kind == _LENGTH:
            size, at = _varint(data, at)
        elif kind in _FIXED_BYTES:
            size = _FIXED_BYTES[kind]
        else:
            raise InvalidInput(_NO_EXPORT)
        if at + size > end or not number:
            raise InvalidInput(_NO_EXPORT)
        yield Field(number, data[at : at + size])
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """A number and where it ends; seven bits a byte, the lowest first."""
    number = shift = 0
    for byte in data[at : at + _MAX_VARINT]:
        number |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:  # noqa: PLR2004 the last byte's sign
            return number & 0xFFFF_FFFF_FFFF_FFFF, at
        shift += 7
    raise InvalidInput(_NO_EXPORT)


def _parts(data: bytes, *, members: int, at_most: int) -> tuple[bytes, list[bytes]]:
    """The head of a message, its field 1, and its members, which another field holds.

    Raises TooLarge for more members than `at_most`.
    """
    head, found = b"", []
    for field in fields(data):
        if field.number == members:
            found.append(_bytes(field.value))
            if len(found) > at_most:
                raise TooLarge(_TOO_MANY)
        elif field.number == 1:
            head = _bytes(field.value)
    return head, found


def _bytes(value: Any) -> bytes:
    if not isinstance(value, bytes):
        raise InvalidInput(_NO_EXPORT)
    return value


class _Reader:
    """Reads one message into the same shapes as JSON's, up to a number of fields."""

    def __init__(self) -> None:
        self._left = MAX_FIELDS

    def log_record(self, data: bytes) -> OtlpLogRecord:
        found = self._single(data, {5: self._value})
        return OtlpLogRecord(
            time_unix_nano=_to_unsigned(found.get(1)),
            observed_time_unix_nano=_to_unsigned(found.get(11)),
            severity_number=found.get(2),
            severity_text=_text(found.get(3)),
            body=found.get(5),
            attributes=self._attributes(data, 6),
            trace_id=_hexadecimal(found.get(9)),
            span_id=_hexadecimal(found.get(10)),
            event_name=_text(found.get(12)),
        )

    def resource(self, data: bytes) -> OtlpResource:
        return OtlpResource(attributes=self._attributes(data, 1))

    def scope(self, data: bytes) -> OtlpInstrumentationScope:
        found = self._single(data, {})
        return OtlpInstrumentationScope(
            name=_text(found.get(1)),
            version=_text(found.get(2)),
            attributes=self._attributes(data, 3),
        )

    def _fields(self, data: bytes) -> Iterator[Field]:
        for field in fields(data):
            self._left -= 1
            if self._left < 0:
                return
            yield field

    def _single(self, data: bytes, readers: dict[int, Callable[[bytes], Any]]) -> dict[int, Any]:
        """The last value of each field."""
        return {
            number: readers[number](_bytes(value)) if number in readers else value
            for number, value in {field.number: field.value for field in fields(data)}.items()
        }

    def _attributes(self, data: bytes, number: int, depth: int = 0) -> list[OtlpKeyValue]:
        return [
            self._pair(_bytes(field.value), depth)
            for field in self._fields(data)
            if field.number == number
        ]

    def _pair(self, data: bytes, depth: int) -> OtlpKeyValue:
        key, value = "", None
        for field in self._fields(data):
            if field.number == 1:
                key = _text(field.value) or ""
            elif field.number == 2:  # noqa: PLR2004 KeyValue.value
                value = self._value(_bytes(field.value), depth)
        return OtlpKeyValue(key=key, value=value)

    def _value(self, data: bytes, depth: int = 0) -> OtlpAnyValue:
        last = None
        for last in self._fields(data):  # noqa: B007 the last of a oneof counts
            pass
        if last is None or depth > _MAX_NESTING:
            return OtlpAnyValue()
        return self._kind(last, depth)

    def _kind(self, field: Field, depth: int) -> OtlpAnyValue:  # noqa: PLR0911 one line a kind
        match field.number, field.value:
            case 1, bytes():
                return OtlpAnyValue(string_value=_text(field.value))
            case 2, int():
                return OtlpAnyValue(bool_value=bool(field.value))
            case 3, int():
                return OtlpAnyValue(int_value=_to_signed(field.value))
            case 4, bytes() if len(field.value) == 8:  # noqa: PLR2004 a double's
                return OtlpAnyValue(double_value=struct.unpack("<d", field.value)[0])
            case 5, bytes():
                return OtlpAnyValue(
                    array_value=OtlpArrayValue(values=self._array(field.value, depth))
                )
            case 6, bytes():
                pairs = self._attributes(field.value, 1, depth + 1)
                return OtlpAnyValue(kvlist_value=OtlpKeyValueList(values=pairs))
            case 7, bytes():
                return OtlpAnyValue(bytes_value=protobuf_base64(field.value))
        return OtlpAnyValue()

    def _array(self, data: bytes, depth: int) -> list[OtlpAnyValue]:
        return [
            self._value(_bytes(field.value), depth + 1)
            for field in self._fields(data)
            if field.number == 1
        ]


def _to_unsigned(value: Any) -> int | None:
    return int.from_bytes(value, "little") if isinstance(value, bytes) else None


def _to_signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _text(value: Any) -> str | None:
    return value.decode(errors="replace") if isinstance(value, bytes) else None


def _hexadecimal(value: Any) -> str | None:
    return value.hex() if isinstance(value, bytes) else None
