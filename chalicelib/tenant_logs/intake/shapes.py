"""Records whose form says more than their fields' names: Splunk HEC, GELF, journald and others.

Each is known by fields that no other one has together. Pure.
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from chalicelib.tenant_logs.intake.given import Given

_MAX_BYTE = 0xFF
_HEC = frozenset({"time", "host", "source", "sourcetype", "index", "event", "fields"})


def unwrap(given: Given) -> tuple[Given, str | None]:
    """The record of a known form; and a line inside of it that has fields of its own, if any."""
    fields = given.fields
    if _SIGNS.isdisjoint(fields):
        return given, None
    for name, shape in _SHAPES:
        if name in fields and (found := shape(given)) is not None:
            return found
    return given, None


def _hec(given: Given) -> tuple[Given, str | None] | None:
    """Splunk's HTTP Event Collector: `event` is an object or a line."""
    fields = given.fields
    event = fields["event"]
    if not fields.keys() <= _HEC or len(fields) == 1 or not isinstance(event, dict | str):
        return None
    named = {name: fields[name] for name in ("host", "sourcetype", "index") if name in fields}
    extra = fields.get("fields")
    attrs = {**named, **(extra if isinstance(extra, dict) else {})}
    source = next(iter(_texts(fields, "source", "host")), "")
    around = {"ts": fields.get("time"), "source": source, "attrs": attrs}
    if isinstance(event, str):
        return replace(given, fields={}, around=around), event
    return replace(given, fields=event, around=around), None


def _gelf(given: Given) -> tuple[Given, str | None] | None:
    """Graylog: `host` is where it came from."""
    host = given.fields.get("host")
    if not isinstance(host, str) or "source" in given.fields:
        return None
    return replace(given, around={**given.around, "source": host}), None


def _journald(given: Given) -> tuple[Given, str | None] | None:
    """`journalctl -o json`: what is not UTF-8 is an array of bytes, and an identifier names it."""
    fields = dict(given.fields)
    message = fields["MESSAGE"]
    if isinstance(message, list) and _are_bytes(message):
        fields["MESSAGE"] = bytes(message).decode(errors="replace").replace("\x00", "\ufffd")
    source = next(iter(_texts(fields, "SYSLOG_IDENTIFIER", "_COMM", "PROGRAM")), "")
    around = given.around if "source" in fields else {**given.around, "source": source}
    return replace(given, fields=fields, around=around), None


def _docker(given: Given) -> tuple[Given, str | None] | None:
    """Docker's json-file, and what Fluent Bit adds to it: `log` is a line of the container's."""
    line = given.fields["log"]
    if not isinstance(line, str) or not given.fields.keys().isdisjoint(("text", "message", "msg")):
        return None
    others = {name: value for name, value in given.fields.items() if name != "log"}
    return replace(given, fields=others), line.rstrip("\r\n")


def _loguru(given: Given) -> tuple[Given, str | None] | None:
    """Loguru's `serialize=True`: the fields are in `record`, `text` is the line as printed."""
    record = given.fields["record"]
    if not isinstance(record, dict) or not record.keys() >= {"message", "level", "time"}:
        return None
    extra = record.get("extra")
    fields = {name: value for name, value in record.items() if name != "extra"}
    around = {**given.around, "attrs": extra if isinstance(extra, dict) else {}}
    return replace(given, fields=fields, around=around), None


def _klog(given: Given) -> tuple[Given, str | None] | None:
    """Kubernetes' components: a line with `err` and without a verbosity is an error."""
    fields = given.fields
    if not fields.keys() >= {"ts", "msg"} or not fields.keys().isdisjoint(
        ("v", "level", "severity")
    ):
        return None
    return replace(given, around={**given.around, "severity": "ERROR"}), None


def _texts(fields: dict[str, Any], *names: str) -> list[str]:
    return [value for name in names if isinstance(value := fields.get(name), str)]


def _are_bytes(values: list[Any]) -> bool:
    return all(isinstance(value, int) and 0 <= value <= _MAX_BYTE for value in values)


_SHAPES: tuple[tuple[str, Callable[[Given], tuple[Given, str | None] | None]], ...] = (
    ("event", _hec),
    ("short_message", _gelf),
    ("MESSAGE", _journald),
    ("log", _docker),
    ("record", _loguru),
    ("err", _klog),
)
_SIGNS = frozenset(name for name, _ in _SHAPES)
