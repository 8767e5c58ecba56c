"""The envelope of a record: from the object that was sent to the one that is kept; pure."""

from datetime import datetime, timedelta
from typing import Any

from chalicelib import times
from chalicelib.errors import Forbidden, InvalidInput
from chalicelib.ids import checked
from chalicelib.tenant_logs.model import LogRecord, Refusal, Sent, Severity

# What only this product says of a record. A sender that does is mistaken or up to something.
RESERVED = frozenset({"sk", "received_at", "expires_at", "named"})
RESERVED_PREFIX = "_omni"

_FIELDS = frozenset({"tenant_id", "log_id", "ts", "severity", "attrs", "source"})
_SEVERITIES = {
    **{each.value.lower(): each for each in Severity},
    "verbose": Severity.TRACE,
    "information": Severity.INFO,
    "informational": Severity.INFO,
    "notice": Severity.INFO,
    "warning": Severity.WARN,
    "err": Severity.ERROR,
    "severe": Severity.ERROR,
    "crit": Severity.FATAL,
    "critical": Severity.FATAL,
    "alert": Severity.FATAL,
    "emerg": Severity.FATAL,
    "emergency": Severity.FATAL,
    "panic": Severity.FATAL,
}


def require_tenant(sent: list[dict[str, Any] | Refusal], tenant_id: str) -> None:
    """Raise Forbidden when any object names a tenant other than its sender's."""
    for each in sent:
        if isinstance(each, dict) and each.get("tenant_id") not in (None, tenant_id):
            raise Forbidden(f"a record names another tenant than {tenant_id}, which sends it")


def sent_record(given: dict[str, Any]) -> Sent | Refusal:
    """The fields of an object; those it has beyond them go into its attributes."""
    try:
        _refuse_reserved(given)
        return Sent(
            text=_text(given),
            tenant_id=_string(given, "tenant_id"),
            log_id=None if given.get("log_id") is None else checked(given["log_id"], "log_id"),
            ts=_ts(given),
            severity=_severity(given),
            attrs=_attrs(given),
            source=_string(given, "source") or "",
        )
    except InvalidInput as error:
        return Refusal(str(error))


def severity(name: str) -> Severity | None:
    """The severity that a name stands for, in any case; None for no known one."""
    return _SEVERITIES.get(name.strip().lower())


def enveloped(
    sent: Sent,
    *,
    tenant_id: str,
    derived_id: str,
    received_at: datetime,
    retention: timedelta,
) -> LogRecord:
    """The record as it is kept; `derived_id` is its log_id unless the sender gave one."""
    received = times.text(received_at)
    return LogRecord(
        tenant_id=tenant_id,
        log_id=sent.log_id or derived_id,
        ts=sent.ts or received,
        received_at=received,
        expires_at=int((received_at + retention).timestamp()),
        text=sent.text,
        severity=sent.severity,
        attrs=sent.attrs,
        source=sent.source,
        named=sent.log_id is not None,
    )


def _refuse_reserved(given: dict[str, Any]) -> None:
    for name in given:
        if name in RESERVED or name.startswith(RESERVED_PREFIX):
            raise InvalidInput(f"{', '.join(sorted(RESERVED))} and {RESERVED_PREFIX}… are reserved")


def _text(given: dict[str, Any]) -> str:
    """`text`, or `message` as most loggers call it."""
    text = given["text"] if "text" in given else given.get("message")
    if not isinstance(text, str):
        raise InvalidInput("text (or message) must be a string")
    return text


def _string(given: dict[str, Any], name: str) -> str | None:
    value = given.get(name)
    if value is not None and not isinstance(value, str):
        raise InvalidInput(f"{name} must be a string")
    return value


def _ts(given: dict[str, Any]) -> str | None:
    value = _string(given, "ts")
    return None if value is None else times.text(times.parsed(value, "ts"))


def _severity(given: dict[str, Any]) -> Severity:
    value = _string(given, "severity")
    if value is None:
        return Severity.INFO
    known = severity(value)
    if known is None:
        raise InvalidInput(f"severity must be one of {', '.join(Severity)}, or an alias of them")
    return known


def _attrs(given: dict[str, Any]) -> dict[str, Any]:
    attrs = given.get("attrs")
    if attrs is None:
        attrs = {}
    if not isinstance(attrs, dict):
        raise InvalidInput("attrs must be an object")
    spoken = _FIELDS | ({"text"} if "text" in given else {"message"})
    others = {name: value for name, value in given.items() if name not in spoken}
    if not attrs.keys().isdisjoint(others):
        raise InvalidInput("a field stands both in attrs and beside it")
    return {**attrs, **others}
