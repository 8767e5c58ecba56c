"""Levels as loggers write them, as severities: names, letters and scales of numbers; pure."""

import re
from decimal import Decimal
from typing import Any

from chalicelib.tenant_logs.model import LogSeverity

_NAMES = {
    LogSeverity.TRACE: "trace trc t verbose vrb v finest finer silly all",
    LogSeverity.DEBUG: "debug dbg d fine config",
    LogSeverity.INFO: "info inf i information informational notice n log http success",
    LogSeverity.WARN: "warn wrn warning w",
    LogSeverity.ERROR: "error err eror e severe exception",
    LogSeverity.FATAL: "fatal ftl f crit critical cri c alert a emerg emergency panic dpanic fault",
}
_SEVERITIES = {name: severity for severity, names in _NAMES.items() for name in names.split()}
# TRACE2 and ERROR4 (OpenTelemetry), DEBUG5 (PostgreSQL), D2 (MongoDB), ERROR+4 (slog).
_NAME = re.compile(r"\W*(?:severity_number_)?([a-z]+)(?:[+-]?[0-9]{1,2})?\W*", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,3}")

_ORDER = tuple(LogSeverity)
# RFC 5424, 6.2.1: 0 is an emergency, 7 is debug.
_SYSLOG = (
    *[LogSeverity.FATAL] * 3,
    LogSeverity.ERROR,
    LogSeverity.WARN,
    LogSeverity.INFO,
    LogSeverity.INFO,
    LogSeverity.DEBUG,
)
# Monolog's hundreds, and those of Google Cloud's LogSeverity.
_MONOLOG = (
    LogSeverity.DEBUG,
    LogSeverity.INFO,
    LogSeverity.WARN,
    LogSeverity.ERROR,
    LogSeverity.FATAL,
)
_GOOGLE = (
    LogSeverity.DEBUG,
    LogSeverity.INFO,
    LogSeverity.INFO,
    LogSeverity.WARN,
    LogSeverity.ERROR,
)
_OTEL_RANGE = 4  # numbers a severity: TRACE is 1 to 4
_TENS, _HUNDREDS = 10, 100

OTEL_FIELDS = frozenset({"severityNumber", "SeverityNumber", "severity_number"})
PYTHON_FIELDS = frozenset({"levelno", "level_number"})
DOTNET_FIELDS = frozenset({"LogLevel"})


def by_name(name: str) -> LogSeverity | None:
    """The severity of a name, in any case; None if unknown."""
    known = _SEVERITIES.get(name) or _SEVERITIES.get(name.lower())
    if known is not None:
        return known
    match = _NAME.fullmatch(name) if len(name) <= 64 else None  # noqa: PLR2004 no name is longer
    return None if match is None else _SEVERITIES.get(match[1].lower())


def by_otel_number(number: int) -> LogSeverity | None:
    """The severity of OpenTelemetry's SeverityNumber, 1 to 24; None for any other."""
    if not 0 < number <= _OTEL_RANGE * len(_ORDER):
        return None
    return _ORDER[(number - 1) // _OTEL_RANGE]


def read(value: Any, field: str) -> LogSeverity | None:
    """The severity of a field's value: a name, a number of the field's scale, or either as text.

    Without a scale of the field's own, 0 to 7 are syslog's, 10 to 69 bunyan's and pino's, and
    hundreds are Monolog's, or Google Cloud's where the field is `severity`.
    """
    if isinstance(value, dict):  # loguru: {"name": "ERROR", "no": 40}
        value = value.get("name")
    if isinstance(value, str):
        if not _NUMBER.fullmatch(value):
            return by_name(value)
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    return _by_number(int(value), field)


def _by_number(number: int, field: str) -> LogSeverity | None:
    if number < 0:
        return None
    if field in OTEL_FIELDS:
        return by_otel_number(number)
    if field in DOTNET_FIELDS:
        return _ORDER[number] if number < len(_ORDER) else None
    if field in PYTHON_FIELDS:
        return _ORDER[min(number // _TENS, len(_ORDER) - 1)]
    return _by_magnitude(number, google=field == "severity")


def _by_magnitude(number: int, *, google: bool) -> LogSeverity | None:
    if number < len(_SYSLOG):
        return _SYSLOG[number]
    if number >= _HUNDREDS:
        scale = _GOOGLE if google else _MONOLOG
        return scale[number // _HUNDREDS - 1] if number // _HUNDREDS <= len(scale) else _ORDER[-1]
    if number < _TENS:
        return None
    return _ORDER[min(number // _TENS, len(_ORDER)) - 1]
