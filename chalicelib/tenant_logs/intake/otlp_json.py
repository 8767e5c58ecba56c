"""OTLP exports as JSON (OTLP 1.x, "JSON Protobuf Encoding"); pure.

Fields have protobuf's own names here, so that one walk reads both encodings. 64-bit numbers come
as texts or numbers, ids as hexadecimal text, bytes as base64. A record with a field that is not
in the specification, or not of its type, is left to `otlp_lenient`.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, Raw, UnsetType

from chalicelib.errors import InvalidInput, TooLarge
from chalicelib.tenant_logs.intake import mending
from chalicelib.tenant_logs.model import MAX_OTLP_RECORDS

# Each object takes a hundred bytes of memory, and at least ten of a body that says anything.
MAX_OBJECTS = 500_000

_NULL = b"null"
_UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_EMPTY = re.compile(rb"\s*\{\s*\}\s*")


class OtlpArrayValue(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`arrayValue`."""

    values: "list[OtlpAnyValue] | None" = None


class OtlpKeyValueList(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """`kvlistValue`."""

    values: "list[OtlpKeyValue] | None" = None


class OtlpAnyValue(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """One value; at most one field is given."""

    string_value: str | None = None
    bool_value: bool | None = None
    int_value: int | str | None = None
    double_value: float | str | None = None
    array_value: OtlpArrayValue | None = None
    kvlist_value: OtlpKeyValueList | None = None
    bytes_value: str | None = None


class OtlpKeyValue(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """One attribute."""

    key: str = ""
    value: OtlpAnyValue | None = None


class OtlpResource(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """Who produced the records."""

    attributes: list[OtlpKeyValue] | None = None
    dropped_attributes_count: int = 0
    entity_refs: Raw | UnsetType = UNSET


class OtlpInstrumentationScope(
    msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True
):
    """What instrumented them."""

    name: str | None = None
    version: str | None = None
    attributes: list[OtlpKeyValue] | None = None
    dropped_attributes_count: int = 0


class OtlpLogRecord(msgspec.Struct, frozen=True, rename="camel", forbid_unknown_fields=True):
    """One record."""

    time_unix_nano: int | str | None = None
    observed_time_unix_nano: int | str | None = None
    severity_number: int | None = None
    severity_text: str | None = None
    body: OtlpAnyValue | None = None
    attributes: list[OtlpKeyValue] | None = None
    trace_id: str | None = None
    span_id: str | None = None
    event_name: str | None = None
    flags: int = 0
    dropped_attributes_count: int = 0


class _Text(msgspec.Struct, frozen=True, rename="camel"):
    string_value: str | None = None
    bool_value = int_value = double_value = array_value = kvlist_value = bytes_value = None


class BigRecord(msgspec.Struct, frozen=True, rename="camel", kw_only=True):
    """A record that is too big to have its attributes decoded."""

    time_unix_nano: int | str | None = None
    observed_time_unix_nano: int | str | None = None
    severity_number: int | None = None
    severity_text: str | None = None
    body: _Text | None = None
    trace_id: str | None = None
    span_id: str | None = None
    event_name: str | None = None
    attributes = ()
    name = version = None


class Scoped(NamedTuple):
    """The records of one resource and scope, undecoded; `mended` says that the export was."""

    resource: bytes
    scope: bytes
    records: list[bytes]
    mended: bool = False


def read_groups(data: bytes) -> list[Scoped]:
    """The records of an export, by their resources and scopes, in its order.

    Raises InvalidInput for what is no export, TooLarge for one of too many records.
    """
    try:
        return _read_groups(data, mended=False)
    except _UNREADABLE:
        pass
    try:
        return _read_mended(mending.mend(data))
    except _UNREADABLE as error:
        raise InvalidInput(f"the body is no export: {error}") from error


def _read_mended(data: bytes) -> list[Scoped]:
    try:
        return _read_groups(data, mended=True)
    except RecursionError:
        return _read_groups(mending.flatten(data), mended=True)


class _Object(msgspec.Struct, gc=False):
    """Any object, of which nothing is kept."""


def _both(name: str, camel: str) -> dict[str, str]:
    """Both spellings of a field: protobuf's own is taken as well (ProtoJSON)."""
    return {name: camel, f"{name}_too": name}


class _CountedScope(msgspec.Struct, rename=_both("log_records", "logRecords")):
    log_records: list[_Object | None] | None = None
    log_records_too: list[_Object | None] | None = None


class _CountedResource(msgspec.Struct, rename=_both("scope_logs", "scopeLogs")):
    scope_logs: list[_CountedScope | None] | None = None
    scope_logs_too: list[_CountedScope | None] | None = None


class _Counted(msgspec.Struct, rename=_both("resource_logs", "resourceLogs")):
    resource_logs: list[_CountedResource | None] | None = None
    resource_logs_too: list[_CountedResource | None] | None = None


class _Scope(msgspec.Struct, rename=_both("log_records", "logRecords")):
    scope: Raw = Raw(_NULL)
    log_records: list[Raw] | None = None
    log_records_too: list[Raw] | None = None


class _Resource(msgspec.Struct, rename=_both("scope_logs", "scopeLogs")):
    resource: Raw = Raw(_NULL)
    scope_logs: list[_Scope | None] | None = None
    scope_logs_too: list[_Scope | None] | None = None


class _Export(msgspec.Struct, rename=_both("resource_logs", "resourceLogs")):
    resource_logs: list[_Resource | None] | UnsetType | None = UNSET
    resource_logs_too: list[_Resource | None] | UnsetType | None = UNSET


def _read_groups(data: bytes, *, mended: bool) -> list[Scoped]:
    _require_bounded(data)
    export = _EXPORT.decode(data)
    if export.resource_logs is UNSET and export.resource_logs_too is UNSET:
        if _EMPTY.fullmatch(data):
            return []
        raise InvalidInput("the body is no export: it has no resourceLogs")
    return [
        Scoped(
            bytes(resource.resource),
            bytes(scope.scope),
            [raw for raw in map(bytes, _either(scope, "log_records")) if raw != _NULL],
            mended,
        )
        for resource in _either(export, "resource_logs")
        for scope in _either(resource, "scope_logs")
    ]


def _require_bounded(data: bytes) -> None:
    """Raise TooLarge before anything is made of an export of too many records or objects."""
    if data.count(b"{") > MAX_OBJECTS:
        raise TooLarge(f"an export takes at most {MAX_OBJECTS} objects")
    resources = _either(_COUNTED.decode(data), "resource_logs")
    scopes = [scope for resource in resources for scope in _either(resource, "scope_logs")]
    records = sum(len(scope.log_records or scope.log_records_too or ()) for scope in scopes)
    if max(len(resources), len(scopes), records) > MAX_OTLP_RECORDS:
        raise TooLarge(f"an export takes at most {MAX_OTLP_RECORDS} records")


def _either(message: Any, name: str) -> list[Any]:
    """A field by either of its spellings, without what is null."""
    return list(_present(getattr(message, name) or getattr(message, f"{name}_too") or ()))


def _present(members: Any) -> Iterator[Any]:
    return (member for member in members if member is not None)


_COUNTED = msgspec.json.Decoder(_Counted)
_EXPORT = msgspec.json.Decoder(_Export)
LOG_RECORD = msgspec.json.Decoder(OtlpLogRecord)
WITHOUT_ATTRIBUTES = msgspec.json.Decoder(BigRecord)
RESOURCE = msgspec.json.Decoder(OtlpResource | None)
SCOPE = msgspec.json.Decoder(OtlpInstrumentationScope | None)
