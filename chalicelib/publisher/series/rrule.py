"""The recurrence rules that a series may have, as RFC 5545 (3.3.10) writes them; pure.

A rule names days; the time of day is that of `starts_at`. What is not taken is refused by name.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Any, NoReturn

import msgspec

from chalicelib.errors import InvalidInput

MAX_INTERVAL, MAX_COUNT = 366, 1_830
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_DAY = re.compile(rf"([+-]?[1-9][0-9]?)?({'|'.join(WEEKDAYS)})")
_UNTIL = re.compile(r"([0-9]{8})(?:T([0-9]{6})(Z)?)?")
_NUMBER = re.compile(r"[+-]?[0-9]{1,4}")


class Frequency(StrEnum):
    """The period that a rule repeats by."""

    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    YEARLY = "YEARLY"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A rule by its parts; weekdays are 0 for Monday to 6.

    `ordinals` are weekdays with their number in the month or year, from its end if negative.
    `until` is a local time. An empty part allows every day.
    """

    freq: Frequency
    interval: int = 1
    weekdays: frozenset[int] = frozenset()
    ordinals: frozenset[tuple[int, int]] = frozenset()
    month_days: frozenset[int] = frozenset()
    months: frozenset[int] = frozenset()
    positions: frozenset[int] = frozenset()
    week_start: int = 0
    count: int | None = None
    until: datetime | None = None


def parse(text: str, zone: tzinfo) -> Rule:
    """The rule of a text; an UNTIL in UTC is taken to the zone's local time.

    Raises InvalidInput, which names the part.
    """
    given = _split(text)
    if "FREQ" not in given:
        _refuse("FREQ", f"is missing; it is one of {', '.join(Frequency)}")
    if given["FREQ"] not in tuple(Frequency):
        _refuse("FREQ", f"must be one of {', '.join(Frequency)}")
    if ("COUNT" in given) == ("UNTIL" in given):
        raise InvalidInput("rrule needs an end: UNTIL or COUNT, and not both")
    fields: dict[str, Any] = {"freq": Frequency(given.pop("FREQ"))}
    for name, value in given.items():
        fields |= _PARTS[name](value, zone)
    rule = Rule(**fields)
    _require_sense(rule)
    return rule


def _split(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, separator, value = part.partition("=")
        if name not in _PARTS or not separator:
            _refuse(name or "an empty part", f"is not taken; known are {', '.join(_PARTS)}")
        if name in found:
            _refuse(name, "is given twice")
        found[name] = value
    return found


def _require_sense(rule: Rule) -> None:
    """Refuse parts that RFC 5545 does not allow together, or that tools read differently."""
    by_month = rule.freq in (Frequency.MONTHLY, Frequency.YEARLY)
    if rule.month_days and rule.freq is Frequency.WEEKLY:
        _refuse("BYMONTHDAY", "does not go with FREQ=WEEKLY")
    if rule.ordinals and not by_month:
        _refuse("BYDAY", "takes numbers with FREQ=MONTHLY or YEARLY alone")
    if rule.ordinals and rule.weekdays:
        _refuse("BYDAY", "takes numbers for all its days or for none")
    within_month = rule.freq is Frequency.MONTHLY or rule.months
    if within_month and any(abs(number) > 5 for _, number in rule.ordinals):  # noqa: PLR2004
        _refuse("BYDAY", "has numbers from 1 to 5 in a month, or -1 to -5")
    if rule.positions and not (by_month and (rule.weekdays or rule.ordinals or rule.month_days)):
        _refuse("BYSETPOS", "goes with FREQ=MONTHLY or YEARLY and BYDAY or BYMONTHDAY alone")


def _read_days(value: str, _: tzinfo) -> dict[str, Any]:
    found = [_DAY.fullmatch(day) for day in value.split(",")]
    days = [match for match in found if match is not None]
    if len(days) < len(found):
        _refuse("BYDAY", "must be days such as MO,WE, or with numbers such as 1MO or -1FR")
    numbered = frozenset((WEEKDAYS.index(day[2]), int(day[1])) for day in days if day[1])
    if any(abs(number) > 53 for _, number in numbered):  # noqa: PLR2004 weeks of a year
        _refuse("BYDAY", "has numbers from 1 to 53, or -1 to -53")
    plain = frozenset(WEEKDAYS.index(day[2]) for day in days if not day[1])
    return {"weekdays": plain, "ordinals": numbered}


def _read_until(value: str, zone: tzinfo) -> dict[str, Any]:
    """A day is meant to its end."""
    match = _UNTIL.fullmatch(value)
    try:
        if match is None:
            raise ValueError(value)  # noqa: TRY301 the same as a day that does not exist
        day, time, utc = match[1], match[2] or "235959", match[3]
        until = datetime.strptime(f"{day}T{time}", "%Y%m%dT%H%M%S")  # noqa: DTZ007 local
        if utc:
            until = until.replace(tzinfo=UTC).astimezone(zone).replace(tzinfo=None)
    except (ValueError, OverflowError):
        _refuse("UNTIL", "must be a time such as 20261231, 20261231T235959 or 20261231T225959Z")
    return {"until": until}


def _read_week_start(value: str, _: tzinfo) -> dict[str, Any]:
    if value not in WEEKDAYS:
        _refuse("WKST", f"must be one of {', '.join(WEEKDAYS)}")
    return {"week_start": WEEKDAYS.index(value)}


def _number(part: str, field: str, most: int) -> Callable[[str, tzinfo], dict[str, Any]]:
    return lambda value, _: {field: _read_number(part, value, range(1, most + 1))}


def _numbers(
    part: str, field: str, most: int, *, signed: bool
) -> Callable[[str, tzinfo], dict[str, Any]]:
    allowed = {*range(1, most + 1), *(range(-most, 0) if signed else ())}
    return lambda value, _: {
        field: frozenset(_read_number(part, number, allowed) for number in value.split(","))
    }


def _read_number(part: str, value: str, allowed: Collection[int]) -> int:
    if not _NUMBER.fullmatch(value) or int(value) not in allowed:
        below = f", or {min(allowed)} to -1" if min(allowed) < 0 else ""
        _refuse(part, f"must be from 1 to {max(allowed)}{below}")
    return int(value)


def _refuse(part: str, why: str) -> NoReturn:
    raise InvalidInput(f"rrule: {part} {why}")


_PARTS: Mapping[str, Callable[[str, tzinfo], dict[str, Any]]] = {
    "FREQ": lambda _value, _zone: {},  # read by itself
    "INTERVAL": _number("INTERVAL", "interval", MAX_INTERVAL),
    "COUNT": _number("COUNT", "count", MAX_COUNT),
    "UNTIL": _read_until,
    "BYDAY": _read_days,
    "BYMONTHDAY": _numbers("BYMONTHDAY", "month_days", 31, signed=True),
    "BYMONTH": _numbers("BYMONTH", "months", 12, signed=False),
    "BYSETPOS": _numbers("BYSETPOS", "positions", 366, signed=True),
    "WKST": _read_week_start,
}
