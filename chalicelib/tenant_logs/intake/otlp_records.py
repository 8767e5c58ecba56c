"""One OTLP record, in either encoding, as what a sender says of it; pure."""

import re
from datetime import datetime
from typing import Any

from chalicelib import strict_json, times
from chalicelib.ids import is_id
from chalicelib.tenant_logs.intake import levels, timestamps
from chalicelib.tenant_logs.intake.aliases import Picked
from chalicelib.tenant_logs.intake.envelope import TS
from chalicelib.tenant_logs.intake.otlp_decoding import WireMessage
from chalicelib.tenant_logs.intake.otlp_values import Encoding, Values
from chalicelib.tenant_logs.intake.repairs import Repairs
from chalicelib.tenant_logs.model import LogSeverity, Sent

# Attributes by these names are the walk's own; a record's own of the same name are put beside.
RESOURCE, SCOPE, TRACE_ID, SPAN_ID = "resource", "scope", "trace_id", "span_id"
EVENT_NAME, SEVERITY_TEXT = "event_name", "severity_text"
_OURS = frozenset({RESOURCE, SCOPE, TRACE_ID, SPAN_ID, EVENT_NAME, SEVERITY_TEXT})
_PREFIX = "attributes."
_TRACE_ID = re.compile(r"(?!0{32})[0-9a-f]{32}")
_SPAN_ID = re.compile(r"(?!0{16})[0-9a-f]{16}")
_SERVICE_NAME = "service.name"
_UID = "log.record.uid"  # "Other log records with the same id will be considered duplicates"
_TIMES = ("time_unix_nano", "observed_time_unix_nano")
_UNSET_TIMES = (None, 0, "0", "")


def around(resource: WireMessage, scope: WireMessage, done: Repairs) -> dict[str, Any]:
    """What records of one scope share; the same objects in each of them."""
    found: dict[str, Any] = {}
    if resource.value is not None and resource.value.attributes:
        found[RESOURCE] = Values(resource.encoding, done).attributes(resource.value.attributes)
    if scope.value is not None:
        named = {"name": scope.value.name, "version": scope.value.version}
        shown: dict[str, Any] = {name: value for name, value in named.items() if value}
        if scope.value.attributes:
            values = Values(scope.encoding, done)
            shown["attributes"] = values.attributes(scope.value.attributes)
        if shown:
            found[SCOPE] = shown
    repaired: dict[str, Any] = done.value(found)
    return repaired


def read_record(
    message: WireMessage, shared: dict[str, Any], done: Repairs, now: datetime, json_bytes: int
) -> Sent:
    """What a record says; `shared` is what its resource and scope say."""
    record, values = message.value, Values(message.encoding, done)
    own: dict[str, Any] = done.value(values.attributes(record.attributes or ()))
    ts, unread = _ts(record, now)
    severity = _severity(record)
    text = _text(done.value(values.plain(record.body)), record, done)
    named = _read_named(record, severity, message.encoding, done)
    uid = own.get(_UID)
    return Sent(
        text=text,
        log_id=uid if is_id(uid) else None,
        ts=None if ts is None else times.text(ts.value),
        severity=severity,
        attrs=_beside(own) | unread | shared | named,
        source=_source(shared),
        ts_field=None if ts is None else ts.field,
        ts_given=None if ts is None else ts.given,
        repaired=tuple(sorted({*done.done, *([TS] if unread else ())})),
        json_bytes=json_bytes,
    )


def _beside(own: dict[str, Any]) -> dict[str, Any]:
    """A record's own attributes, under another name where the walk has that one."""
    if own.keys().isdisjoint(_OURS):
        return own
    done = {name: value for name, value in own.items() if name not in _OURS}
    for name in own.keys() & _OURS:
        beside = _PREFIX + name
        while beside in done:
            beside = _PREFIX + beside
        done[beside] = own[name]
    return done


def _read_named(
    record: Any, severity: LogSeverity, encoding: Encoding, done: Repairs
) -> dict[str, str]:
    """The fields of a record that have no place in the envelope."""
    ids = ((TRACE_ID, record.trace_id, _TRACE_ID), (SPAN_ID, record.span_id, _SPAN_ID))
    named = {
        name: text
        for name, given, rule in ids
        # "The ID is invalid if ..." : then the record belongs to no trace (logs.proto).
        if given and rule.fullmatch(text := encoding.hexadecimal(given))
    }
    if record.event_name:
        named[EVENT_NAME] = done.text(record.event_name)
    if record.severity_text and record.severity_text.upper() != severity:
        named[SEVERITY_TEXT] = done.text(record.severity_text)
    return named


def _text(body: Any, record: Any, done: Repairs) -> str:
    """A text as it is, any other body as JSON; without one the event's name."""
    if body is None:
        return done.text(record.event_name or "")
    return body if isinstance(body, str) else strict_json.encode(body)


def _ts(record: Any, now: datetime) -> tuple[Picked | None, dict[str, Any]]:
    """The time, in whichever unit; and what of the two says none, as attributes."""
    unread: dict[str, Any] = {}
    for field in _TIMES:
        given = getattr(record, field)
        if given in _UNSET_TIMES:
            continue
        at = timestamps.read(given, now)
        if at is not None:
            return Picked(field, given, at), unread
        unread[field] = given
    return None, unread


def _severity(record: Any) -> LogSeverity:
    known = levels.by_otel_number(record.severity_number or 0)
    return known or levels.by_name(record.severity_text or "") or LogSeverity.INFO


def _source(shared: dict[str, Any]) -> str:
    name = shared.get(RESOURCE, {}).get(_SERVICE_NAME)
    return name if isinstance(name, str) else ""
