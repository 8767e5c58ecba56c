"""What loggers call the text, the time and the level of a record: one table of names; pure.

A name with a dot is a field of that name, or the field of an object: `log.level` reads both
`{"log.level": "error"}` and `{"log": {"level": "error"}}`. The first name that has a value which
can be read counts; every other one stays an attribute.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from chalicelib.tenant_logs.intake import levels, timestamps
from chalicelib.tenant_logs.model import LogSeverity

TEXT = (
    "text",
    "message",
    "msg",
    "event",
    "log",
    "MESSAGE",
    "@m",
    "@message",
    "short_message",
    "fields.message",
    "textPayload",
    "jsonPayload.message",
    "Body",
    "body",
    "Message",
    "@mt",
    "request",  # access logs of Apache and nginx
)
# Where these are no text, they are kept as JSON, for want of a better one.
STRUCTURED_TEXT = ("text", "message", "msg", "MESSAGE", "event", "Body", "body", "detail", "data")
TIME = (
    "ts",
    "@timestamp",
    "timestamp",
    "time",
    "@t",
    "t",
    "Timestamp",
    "timeUnixNano",
    "instant",
    "timeMillis",
    "datetime",
    "eventTime",
    "asctime",
    "date",
    "DATE",
    "ISODATE",
    "time_iso8601",
    "time_local",
    "StartUTC",
    "__REALTIME_TIMESTAMP",
    "observedTimeUnixNano",
)
LEVEL = (
    "severity",
    "level",
    "log.level",
    "@l",
    "@level",
    "levelname",
    "level_name",
    "loglevel",
    "log_level",
    "LogLevel",
    "Level",
    "LEVEL",
    "lvl",
    "error_severity",
    "severityText",
    "SeverityText",
    "severity_text",
    "severityNumber",
    "SeverityNumber",
    "severity_number",
    "PRIORITY",
    "levelno",
)
# Names that also mean something else: they count where their text is the name of a level.
MAYBE_LEVEL = ("s", "status", "priority", "prio", "stream_level")

_ENCODE = msgspec.json.Encoder(decimal_format="number").encode


class Picked(msgspec.Struct, frozen=True):
    """A value that was read, the field it came from, and that field's own value."""

    field: str
    given: Any
    value: Any


class FieldReading(msgspec.Struct, frozen=True):
    """A value that was picked, and whether a field of that meaning could not be read."""

    picked: Picked | None
    is_unreadable: bool = False


def text(fields: Mapping[str, Any]) -> Picked | None:
    """The text: the first that is not empty, else an empty one, else a structure as JSON."""
    given = fields.get(TEXT[0])
    if isinstance(given, str) and given:
        return Picked(TEXT[0], given, given)
    empty = None
    for name in TEXT:
        given = look_up(fields, name)
        if isinstance(given, str):
            if given:
                return Picked(name, given, given)
            empty = empty or Picked(name, given, given)
    return empty or _structured_text(fields)


def time(fields: Mapping[str, Any], now: datetime) -> FieldReading:
    """The time, in UTC."""
    given = fields.get(TIME[0])
    at = timestamps.read(given, now) if isinstance(given, str) else None
    if at is not None:
        return FieldReading(Picked(TIME[0], given, at))
    return _first(fields, TIME, lambda given, _: timestamps.read(given, now))


def level(fields: Mapping[str, Any]) -> FieldReading:
    """The severity."""
    given = fields.get(LEVEL[0])
    known = levels.by_name(given) if isinstance(given, str) else None
    if known is not None:
        return FieldReading(Picked(LEVEL[0], given, known))
    found = _first(fields, LEVEL, levels.read)
    if found.picked is not None:
        return found
    return FieldReading(_maybe_level(fields), found.is_unreadable)


def look_up(fields: Mapping[str, Any], name: str) -> Any:
    """The value under a name; None where there is none."""
    given = fields.get(name)
    if given is None and "." in name:
        outer, _, inner = name.partition(".")
        if isinstance(around := fields.get(outer), dict):
            return around.get(inner)
    return given


def _first(
    fields: Mapping[str, Any], names: tuple[str, ...], read: Callable[[Any, str], Any]
) -> FieldReading:
    is_unreadable = False
    if fields.keys().isdisjoint(_HEADS[names]):
        return FieldReading(None)
    for name in names:
        given = look_up(fields, name)
        if given is None or given == "":
            continue
        value = read(given, name)
        if value is not None:
            return FieldReading(Picked(name, given, value))
        is_unreadable = True
    return FieldReading(None, is_unreadable)


# The names of a table, and those of the objects that its dotted names are in.
_HEADS: dict[tuple[str, ...], frozenset[str]] = {
    names: frozenset(part for name in names for part in (name, name.partition(".")[0]))
    for names in (TIME, LEVEL)
}


def _maybe_level(fields: Mapping[str, Any]) -> Picked | None:
    for name in MAYBE_LEVEL:
        given = fields.get(name)
        severity: LogSeverity | None = levels.by_name(given) if isinstance(given, str) else None
        if severity is not None:
            return Picked(name, given, severity)
    return None


def _structured_text(fields: Mapping[str, Any]) -> Picked | None:
    for name in STRUCTURED_TEXT:
        given = fields.get(name)
        if given is not None:
            return Picked(name, given, _ENCODE(given).decode())
    return None
