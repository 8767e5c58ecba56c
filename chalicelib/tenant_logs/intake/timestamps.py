"""Times as loggers write them: numbers of any unit, ISO 8601, access logs, syslog; pure."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_9999_US = 253_402_300_799_999_999
# By magnitude: a number below the bound counts so many of the unit a second.
_OLDEST_S = 100_000_000  # March 1973: what is smaller is a duration, no time
_UNITS = ((10**11, 1), (10**14, 10**3), (10**17, 10**6), (10**21, 10**9))
_MAX_TEXT = 64

_NUMBER = re.compile(r"[0-9]{9,20}(?:\.[0-9]{1,9})?")
_NAMED_UTC = re.compile(r"(?i)\s*(?:UTC|GMT)$")
_ZONE = re.compile(r"(?<=[0-9:.]) ([+-][0-9]{2}:?[0-9]{2})$")  # 10:00:00 +0000
_SHORT_ZONE = re.compile(r"(?<=:[0-9]{2})([+-][0-9]{2})$")  # PostgreSQL: 10:00:00+00
_MONTHS = {
    name: number
    for number, name in enumerate(
        "jan feb mar apr may jun jul aug sep oct nov dec".split(),  # noqa: SIM905 one line
        start=1,
    )
}
_COMMON_LOG = re.compile(
    r"([0-9]{2})/([A-Z][a-z]{2})/([0-9]{4}):([0-9]{2}:[0-9]{2}:[0-9]{2}) ([+-][0-9]{4})"
)
_SYSLOG = re.compile(r"([A-Z][a-z]{2}) {1,2}([0-9]{1,2}) ([0-9]{2}:[0-9]{2}:[0-9]{2})")
_DAY = timedelta(days=1)


def read(value: Any, now: datetime) -> datetime | None:
    """The time that a field's value says, in UTC; None where it says none.

    A text without a zone is UTC. `now` gives the year where syslog leaves it out.
    """
    if isinstance(value, str):
        return _from_text(value.strip(), now) if len(value) <= _MAX_TEXT else None
    if isinstance(value, bool):
        return None
    if isinstance(value, int | Decimal):
        return from_number(value)
    return _from_object(value, now) if isinstance(value, dict) else None


def from_number(number: int | Decimal) -> datetime | None:
    """A time in seconds, milliseconds, microseconds or nanoseconds, by its magnitude."""
    if number < _OLDEST_S:
        return None
    for bound, a_second in _UNITS:
        if number < bound:
            return _at_microsecond(int(number * 1_000_000) // a_second)
    return None


def _at_microsecond(microseconds: int) -> datetime | None:
    if microseconds > _YEAR_9999_US:
        return None
    return _EPOCH + timedelta(microseconds=microseconds)


def _from_text(text: str, now: datetime) -> datetime | None:
    if text[4:5] != "-" and _NUMBER.fullmatch(text):
        return from_number(Decimal(text))
    for reader in _READERS:
        try:
            at = reader(text, now)
        except (ValueError, OverflowError):
            continue
        if at is not None:
            return at if at >= _EPOCH else None
    return None


def _iso(text: str, _: datetime) -> datetime | None:
    if ":" not in text and "T" not in text:
        return None  # a day alone is no time
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _almost_iso(text: str, now: datetime) -> datetime | None:
    """ISO 8601 but for a leap second, a zone by name, after a space, or of hours alone."""
    text = _ZONE.sub(r"\1", _NAMED_UTC.sub("Z", text))
    text = _SHORT_ZONE.sub(r"\1:00", text.replace("/", "-"))
    before, is_leap, after = text.partition(":59:60")
    if is_leap:
        at = _iso(f"{before}:59:59{after}", now)
        return None if at is None else at + timedelta(seconds=1)
    return _iso(text, now)


def _common_log(text: str, _: datetime) -> datetime | None:
    """`10/Oct/2000:13:55:36 -0700`, as Apache and nginx write it."""
    match = _COMMON_LOG.fullmatch(text)
    if match is None:
        return None
    day, month, year, clock, zone = match.groups()
    return datetime.fromisoformat(
        f"{year}-{_MONTHS.get(month.lower(), 0):02}-{day}T{clock}{zone}"
    ).astimezone(UTC)


def _syslog(text: str, now: datetime) -> datetime | None:
    """`Oct 11 22:14:15` (RFC 3164), taken as UTC of the latest year that is not ahead."""
    match = _SYSLOG.fullmatch(text)
    if match is None:
        return None
    month, day, clock = match.groups()
    for year in (now.year, now.year - 1):
        written = f"{year}-{_MONTHS.get(month.lower(), 0):02}-{int(day):02}T{clock}+00:00"
        at = datetime.fromisoformat(written)
        if at <= now + _DAY:
            return at
    return None


def _from_object(value: dict[str, Any], now: datetime) -> datetime | None:
    """MongoDB's `$date`, log4j2's instant, protobuf's timestamp, Monolog's and loguru's objects."""
    for name in ("$date", "$numberLong", "date", "timestamp"):
        if name in value:
            return read(value[name], now) if len(value) <= _MAX_TEXT else None
    for seconds, nanos in (("epochSecond", "nanoOfSecond"), ("seconds", "nanos")):
        if isinstance(whole := value.get(seconds), int | str):
            at = read(whole, now)
            part = value.get(nanos)
            if at is None or not isinstance(part, int) or not 0 <= part < 10**9:
                return at
            return at + timedelta(microseconds=part // 1000)
    return None


_READERS: tuple[Callable[[str, datetime], datetime | None], ...] = (
    _iso,
    _almost_iso,
    _common_log,
    _syslog,
)
