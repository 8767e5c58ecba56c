"""OTLP exports as JSON (OTLP 1.x, "JSON Protobuf Encoding"): unknown fields are left aside; pure.

Fields have protobuf's own names here, so that one walk reads both encodings. 64-bit numbers come
as texts or numbers, ids as hexadecimal text, bytes as base64.
"""

import msgspec

from chalicelib.errors import InvalidInput


class ArrayValue(msgspec.Struct, frozen=True):
    """`arrayValue`."""

    values: "list[AnyValue] | None" = None


class KeyValueList(msgspec.Struct, frozen=True):
    """`kvlistValue`."""

    values: "list[KeyValue] | None" = None


class AnyValue(msgspec.Struct, frozen=True, rename="camel"):
    """One value; at most one field is given."""

    string_value: str | None = None
    bool_value: bool | None = None
    int_value: int | str | None = None
    double_value: float | str | None = None
    array_value: ArrayValue | None = None
    kvlist_value: KeyValueList | None = None
    bytes_value: str | None = None


class KeyValue(msgspec.Struct, frozen=True):
    """One attribute."""

    key: str = ""
    value: AnyValue | None = None


class Resource(msgspec.Struct, frozen=True):
    """Who produced the records."""

    attributes: list[KeyValue] | None = None


class Scope(msgspec.Struct, frozen=True):
    """What instrumented them."""

    name: str | None = None
    version: str | None = None
    attributes: list[KeyValue] | None = None


class LogRecord(msgspec.Struct, frozen=True, rename="camel"):
    """One record."""

    time_unix_nano: int | str | None = None
    observed_time_unix_nano: int | str | None = None
    severity_number: int | None = None
    severity_text: str | None = None
    body: AnyValue | None = None
    attributes: list[KeyValue] | None = None
    trace_id: str | None = None
    span_id: str | None = None
    event_name: str | None = None


class ScopeLogs(msgspec.Struct, frozen=True, rename="camel"):
    """Records of one scope."""

    scope: Scope | None = None
    log_records: list[LogRecord] | None = None


class ResourceLogs(msgspec.Struct, frozen=True, rename="camel"):
    """Records of one resource."""

    resource: Resource | None = None
    scope_logs: list[ScopeLogs] | None = None


class Export(msgspec.Struct, frozen=True, rename="camel"):
    """ExportLogsServiceRequest."""

    resource_logs: list[ResourceLogs] | None = None


def decode(data: bytes) -> Export:
    """The export of a body.

    Raises InvalidInput for anything else.
    """
    try:
        return _EXPORT.decode(data)
    except RecursionError as error:
        raise InvalidInput("the JSON is nested too deep") from error
    except UnicodeDecodeError as error:
        raise InvalidInput("the body is not UTF-8") from error
    except msgspec.DecodeError as error:
        raise InvalidInput(f"the body is no export: {error}") from error


_EXPORT = msgspec.json.Decoder(Export)
