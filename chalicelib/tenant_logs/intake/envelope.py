"""The envelope of a record: from the fields that were sent to the one that is kept; pure."""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec

from chalicelib import times
from chalicelib.errors import Forbidden
from chalicelib.ids import is_id
from chalicelib.tenant_logs.intake import aliases, timestamps
from chalicelib.tenant_logs.intake.aliases import Picked
from chalicelib.tenant_logs.intake.given import Given
from chalicelib.tenant_logs.model import LogRejectCode, LogSeverity, Refusal, Sent

REPAIRED = "_repaired"
TEXT, TS, SEVERITY, LOG_ID = "text", "ts", "severity", "log_id"  # what may have been repaired

_NULLABLE = (TEXT, TS, SEVERITY)  # where they are null, they say nothing
_BESIDE = "record."  # a field whose name an attribute has already
_NO_TEXT = Refusal(LogRejectCode.NO_TEXT, "there is no text in the record")
_ENCODE = msgspec.json.Encoder(decimal_format="number").encode


def require_tenant(sent: Iterable[Given | Refusal], tenant_id: str) -> None:
    """Raise Forbidden when any record names a tenant other than its sender's."""
    for given in sent:
        if isinstance(given, Given) and given.fields.get("tenant_id") not in (None, tenant_id):
            raise Forbidden(f"a record names another tenant than {tenant_id}, which sends it")


def read_record(given: Given, tenant_id: str | None, now: datetime) -> Sent | Refusal:
    """What a record says, by the names that loggers give it; all else goes into its attributes.

    A `tenant_id` other than the sender's is such an attribute.
    """
    reading = _Reading(given, now)
    named = reading.tenant(tenant_id)
    log_id = reading.log_id()
    source = reading.source()
    ts = reading.ts()
    severity = reading.severity()
    text = reading.text()
    if text is None:
        return _NO_TEXT
    return Sent(
        text=text,
        tenant_id=named,
        log_id=log_id,
        ts=None if ts is None else times.text(ts.value),
        severity=severity,
        attrs=reading.attrs(),
        source=source,
        ts_field=None if ts is None else ts.field,
        ts_given=None if ts is None else ts.given,
        repaired=tuple(sorted(reading.repaired)) if reading.repaired else (),
        json_bytes=given.json_bytes,
    )


def mark_repaired(attrs: dict[str, Any], repaired: Iterable[str]) -> dict[str, Any]:
    """Attributes that say what was repaired, besides what they said before."""
    said = attrs.get(REPAIRED)
    before = said if isinstance(said, list) else []
    return {**attrs, REPAIRED: sorted({*map(str, before), *repaired})}


class _Reading:
    """One record as it is read: which fields were used, and what was repaired."""

    __slots__ = ("_around", "_fields", "_now", "_unread", "_used", "_used_inside", "repaired")

    def __init__(self, given: Given, now: datetime) -> None:
        self.repaired = set(given.repaired)
        self._fields = given.fields
        self._around = given.around
        self._now = now
        self._unread: dict[str, Any] = {}
        self._used: set[str] = set()
        self._used_inside: list[tuple[str, str]] = []

    def tenant(self, sender: str | None) -> str | None:
        named = self._fields.get("tenant_id")
        if named is None or named == sender or sender is None:
            self._used.add("tenant_id")
        return named if isinstance(named, str) else None

    def log_id(self) -> str | None:
        """The sender's own; one that breaks the rule of ids is known by its hash."""
        given = self._fields.get("log_id")
        if given is None or given == "":
            self._used.add("log_id")
            given = self._around.get("log_id")
        if isinstance(given, int | Decimal) and not isinstance(given, bool):
            given = str(given)
        if is_id(given):
            self._used.add("log_id")
            return given
        if given in (None, ""):
            return None
        self.repaired.add(LOG_ID)
        if not isinstance(given, str):
            return None
        return f"sha256-{hashlib.sha256(given.encode()).hexdigest()[:32]}"

    def source(self) -> str:
        given = self._fields.get("source")
        if given is None or isinstance(given, str):
            self._used.add("source")
        return given if isinstance(given, str) else str(self._around.get("source") or "")

    def ts(self) -> Picked | None:
        found = aliases.time(self._fields, self._now)
        if found.picked is not None:
            return self._use(found.picked)
        around = self._around.get(TS)
        at = None if around is None else timestamps.read(around, self._now)
        if at is not None:
            return Picked(TS, around, at)
        if found.is_unreadable or around is not None:
            self.repaired.add(TS)
        self._unread = {} if around is None else {TS: around}
        return None

    def severity(self) -> LogSeverity:
        found = aliases.level(self._fields)
        if found.picked is not None:
            severity: LogSeverity = self._use(found.picked).value
            return severity
        if found.is_unreadable:
            self.repaired.add(SEVERITY)
        around = self._around.get(SEVERITY)
        return LogSeverity(around) if around else LogSeverity.INFO

    def text(self) -> str | None:
        """The text; without any, what else the record holds as JSON, and None without that."""
        if TEXT in self._around:
            return str(self._around[TEXT])
        picked = aliases.text(self._fields)
        if picked is not None and isinstance(picked.given, str):
            return str(self._use(picked).value)
        self.repaired.add(TEXT)
        if picked is not None:
            return str(picked.value)
        others = {**self._others(), **self._own_attrs()}
        others = {name: value for name, value in others.items() if value is not None}
        return _ENCODE(others).decode() if others else None

    def attrs(self) -> dict[str, Any]:
        """The attributes that were given as such, those of the wrapper, and all other fields."""
        own, others = self._own_attrs(), self._others()
        if not self._around and not (own and others):
            return own or others
        for name in own.keys() & others.keys():
            others[_BESIDE + name] = others.pop(name)
        return {**self._around.get("attrs", {}), **self._unread, **own, **others}

    def _own_attrs(self) -> dict[str, Any]:
        own = self._fields.get("attrs")
        return own if isinstance(own, dict) else {}

    def _others(self) -> dict[str, Any]:
        used = self._used
        others = {name: value for name, value in self._fields.items() if name not in used}
        attrs = others.get("attrs")
        if attrs is None or isinstance(attrs, dict):
            others.pop("attrs", None)
        for name in _NULLABLE:
            if name in others and others[name] is None:
                del others[name]
        for outer, inner in self._used_inside:
            left = {name: value for name, value in others.pop(outer).items() if name != inner}
            if left:
                others[outer] = left
        return others

    def _use(self, picked: Picked) -> Picked:
        if picked.field in self._fields:
            self._used.add(picked.field)
        else:
            outer, _, inner = picked.field.partition(".")
            self._used_inside.append((outer, inner))
        return picked
