"""OTLP messages in JSON that are not written as the specification has it; pure.

Taken are protobuf's own names (`body.string_value`), names of enums, numbers in the place of
texts and the other way round, bare values in the place of an AnyValue, and null anywhere.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from chalicelib.tenant_logs.intake import levels
from chalicelib.tenant_logs.intake.otlp_json import (
    OtlpAnyValue,
    OtlpArrayValue,
    OtlpInstrumentationScope,
    OtlpKeyValue,
    OtlpKeyValueList,
    OtlpLogRecord,
    OtlpResource,
)
from chalicelib.tenant_logs.model import LogSeverity

_BOOLEANS = {"true": True, "false": False}
_RANGE = 4
_SCALARS = ("string_value", "bool_value", "int_value", "double_value", "bytes_value")


def log_record(given: Any) -> OtlpLogRecord:
    """A record."""
    return OtlpLogRecord(
        time_unix_nano=_number(_field(given, "time_unix_nano")),
        observed_time_unix_nano=_number(_field(given, "observed_time_unix_nano")),
        severity_number=_severity_number(_field(given, "severity_number")),
        severity_text=_text(_field(given, "severity_text")),
        body=_value(_field(given, "body")),
        attributes=list(_pairs(_field(given, "attributes"))),
        trace_id=_text(_field(given, "trace_id")),
        span_id=_text(_field(given, "span_id")),
        event_name=_text(_field(given, "event_name")),
    )


def resource(given: Any) -> OtlpResource:
    """A resource."""
    return OtlpResource(attributes=list(_pairs(_field(given, "attributes"))))


def scope(given: Any) -> OtlpInstrumentationScope:
    """A scope."""
    return OtlpInstrumentationScope(
        name=_text(_field(given, "name")),
        version=_text(_field(given, "version")),
        attributes=list(_pairs(_field(given, "attributes"))),
    )


def _field(given: Any, name: str) -> Any:
    """A field by either of its spellings."""
    if not isinstance(given, dict):
        return None
    first, *others = name.split("_")
    found = given.get(first + "".join(map(str.capitalize, others)))
    return given.get(name) if found is None else found


def _pairs(given: Any) -> Iterator[OtlpKeyValue]:
    """Attributes: a list of keys and values, or an object."""
    if isinstance(given, dict):
        yield from (OtlpKeyValue(key=key, value=_value(value)) for key, value in given.items())
    for pair in given if isinstance(given, list) else ():
        if isinstance(pair, dict):
            yield OtlpKeyValue(key=str(pair.get("key") or ""), value=_value(pair.get("value")))


def _value(given: Any) -> OtlpAnyValue | None:
    if given is None:
        return None
    if not isinstance(given, dict):
        return _bare(given)
    for name in _SCALARS:
        if (found := _field(given, name)) is not None:
            return _scalar(name, found)
    if (found := _field(given, "array_value")) is not None:
        return _array(_members(found))
    if (found := _field(given, "kvlist_value")) is not None:
        return OtlpAnyValue(kvlist_value=OtlpKeyValueList(values=list(_pairs(_members(found)))))
    return (
        OtlpAnyValue(kvlist_value=OtlpKeyValueList(values=list(_pairs(given))))
        if given
        else OtlpAnyValue()
    )


def _members(given: Any) -> Any:
    """`{"values": [...]}`, or the list itself."""
    return given.get("values") if isinstance(given, dict) and "values" in given else given


def _array(values: Any) -> OtlpAnyValue:
    members: Iterable[Any] = values if isinstance(values, list) else ()
    return OtlpAnyValue(
        array_value=OtlpArrayValue(values=[_value(member) or OtlpAnyValue() for member in members])
    )


def _bare(given: Any) -> OtlpAnyValue:
    match given:
        case bool():
            return OtlpAnyValue(bool_value=given)
        case int():
            return OtlpAnyValue(int_value=given)
        case Decimal():
            return OtlpAnyValue(double_value=str(given))
        case list():
            return _array(given)
    return OtlpAnyValue(string_value=str(given))


def _scalar(name: str, given: Any) -> OtlpAnyValue:
    """A value that says its kind; one that is of another kind is what it is."""
    match name, given:
        case "bool_value", str() if given.lower() in _BOOLEANS:
            return OtlpAnyValue(bool_value=_BOOLEANS[given.lower()])
        case "int_value", str() | Decimal():
            return OtlpAnyValue(int_value=str(given))
        case "double_value", str() | int() if not isinstance(given, bool):
            return OtlpAnyValue(double_value=str(given))
        case "bytes_value", str():
            return OtlpAnyValue(bytes_value=given)
    return _bare(given)


def _number(given: Any) -> int | str | None:
    if isinstance(given, Decimal):
        return int(given)
    return given if isinstance(given, int | str) else None


def _severity_number(given: Any) -> int | None:
    """A number, also as text, or the name of one."""
    if isinstance(given, str):
        known = levels.by_name(given)
        if known is not None:
            return list(LogSeverity).index(known) * _RANGE + 1
        return int(given) if given.isdecimal() and len(given) <= 2 else None  # noqa: PLR2004 to 24
    return int(given) if isinstance(given, int | Decimal) else None


def _text(given: Any) -> str | None:
    return None if given is None else str(given)
