"""The one walk over an OTLP export, in either encoding, to the records it holds; pure."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib import strict_json, times
from chalicelib.errors import InvalidInput, TooLarge
from chalicelib.ids import is_id
from chalicelib.tenant_logs.intake import envelope
from chalicelib.tenant_logs.intake.otlp_values import (
    Encoding,
    attributes,
    integer,
    json_base64,
    json_kind,
    plain,
    protobuf_base64,
    protobuf_kind,
)
from chalicelib.tenant_logs.model import MAX_OTLP_RECORDS, Refusal, Sent, Severity

IN_JSON = Encoding(json_kind, json_base64, str.lower)
IN_PROTOBUF = Encoding(protobuf_kind, protobuf_base64, bytes.hex)

# Attributes by these names are the walk's own; a record's own of the same name are put beside.
RESOURCE, SCOPE, TRACE_ID, SPAN_ID = "resource", "scope", "trace_id", "span_id"
EVENT_NAME, SEVERITY_TEXT = "event_name", "severity_text"
_OURS = frozenset({RESOURCE, SCOPE, TRACE_ID, SPAN_ID, EVENT_NAME, SEVERITY_TEXT})
_PREFIX = "attributes."
_TRACE_ID = re.compile(r"(?!0{32})[0-9a-f]{32}")
_SPAN_ID = re.compile(r"(?!0{16})[0-9a-f]{16}")
_SERVICE_NAME = "service.name"
_UID = "log.record.uid"  # "Other log records with the same id will be considered duplicates"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_RANGE = 4  # severity numbers a range: TRACE is 1 to 4


def walk(export: Any, encoding: Encoding) -> list[Sent | Refusal]:
    """The records of an export, in its order; a bad one does not spoil the others.

    Raises TooLarge beyond 20,000 of them.
    """
    scopes = [(each, scope) for each in export.resource_logs or () for scope in _scopes(each)]
    if sum(len(scope.log_records or ()) for _, scope in scopes) > MAX_OTLP_RECORDS:
        raise TooLarge(f"an export takes at most {MAX_OTLP_RECORDS} records")
    return [
        record
        for resource_logs, scope_logs in scopes
        for record in _records(resource_logs, scope_logs, encoding)
    ]


def _scopes(resource_logs: Any) -> Any:
    return resource_logs.scope_logs or ()


def _records(resource_logs: Any, scope_logs: Any, encoding: Encoding) -> Iterator[Sent | Refusal]:
    records = scope_logs.log_records or ()
    try:
        around = _around(resource_logs.resource, scope_logs.scope, encoding)
    except InvalidInput as error:
        yield from [Refusal(f"its resource or scope: {error}")] * len(records)
        return
    for record in records:
        try:
            yield _record(record, around, encoding)
        except InvalidInput as error:
            yield Refusal(str(error))


def _around(resource: Any, scope: Any, encoding: Encoding) -> dict[str, Any]:
    """What records of one scope share; the same objects in each of them."""
    found: dict[str, Any] = {}
    if resource is not None and resource.attributes:
        found[RESOURCE] = attributes(resource.attributes, encoding)
    if scope is not None:
        named = {"name": scope.name, "version": scope.version}
        shown: dict[str, Any] = {name: value for name, value in named.items() if value}
        if scope.attributes:
            shown["attributes"] = attributes(scope.attributes, encoding, depth=2)
        if shown:
            found[SCOPE] = shown
    strict_json.check(found)
    return found


def _record(record: Any, around: dict[str, Any], encoding: Encoding) -> Sent:
    own = attributes(record.attributes or (), encoding)
    strict_json.check(own)
    text = _text(plain(record.body, encoding), record)
    strict_json.check(text)
    severity = _severity(record)
    attrs = {_beside(name): value for name, value in own.items()} | around
    uid = own.get(_UID)
    return Sent(
        text=text,
        log_id=uid if is_id(uid) else None,
        ts=_ts(record),
        severity=severity,
        attrs=attrs | _named(record, severity, encoding),
        source=_source(around),
    )


def _beside(name: str) -> str:
    return _PREFIX + name if name in _OURS else name


def _named(record: Any, severity: Severity, encoding: Encoding) -> dict[str, str]:
    """The fields of a record that have no place in the envelope."""
    ids = ((TRACE_ID, record.trace_id, _TRACE_ID), (SPAN_ID, record.span_id, _SPAN_ID))
    named = {
        name: text
        for name, given, rule in ids
        # "The ID is invalid if ..." : then the record belongs to no trace (logs.proto).
        if given and rule.fullmatch(text := encoding.hexadecimal(given))
    }
    if record.event_name:
        named[EVENT_NAME] = record.event_name
    if record.severity_text and record.severity_text.upper() != severity:
        named[SEVERITY_TEXT] = record.severity_text
    strict_json.check(named)
    return named


def _text(body: Any, record: Any) -> str:
    """A text as it is, any other body as JSON; without one the event's name."""
    if body is None:
        return record.event_name or ""
    return body if isinstance(body, str) else strict_json.encode(body)


def _ts(record: Any) -> str | None:
    nanoseconds = integer(record.time_unix_nano) or integer(record.observed_time_unix_nano)
    if nanoseconds < 0:
        raise InvalidInput("a time lies before 1970")
    if not nanoseconds:
        return None
    return times.text(_EPOCH + timedelta(microseconds=nanoseconds // 1000))


def _severity(record: Any) -> Severity:
    number = record.severity_number or 0
    if 0 < number <= _RANGE * len(Severity):
        return list(Severity)[(number - 1) // _RANGE]
    return envelope.severity(record.severity_text or "") or Severity.INFO


def _source(around: dict[str, Any]) -> str:
    name = around.get(RESOURCE, {}).get(_SERVICE_NAME)
    return name if isinstance(name, str) else ""
