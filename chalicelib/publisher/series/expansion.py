"""The local times that a rule names, in order, from any day on; pure.

dateutil's rrule does the same and is the oracle of the tests. It is not used here: it looks for a
day that never comes, such as 30 February, until the year 9999, even with an end, and it always
counts from the start.
"""

from calendar import isleap, monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import msgspec

from chalicelib.errors import InvalidInput
from chalicelib.publisher.series.rrule import Frequency, Rule

MAX_SPAN = timedelta(days=5 * 366)  # from `starts_at` to the last occurrence


def complete(rule: Rule, start: datetime) -> Rule:
    """The rule with what follows from the start where it names no day (RFC 5545, 3.3.10)."""
    if rule.weekdays or rule.ordinals or rule.month_days or rule.freq is Frequency.DAILY:
        return rule
    if rule.freq is Frequency.WEEKLY:
        return msgspec.structs.replace(rule, weekdays=frozenset({start.weekday()}))
    months = rule.months
    if rule.freq is Frequency.YEARLY:
        months = months or frozenset({start.month})
    return msgspec.structs.replace(rule, month_days=frozenset({start.day}), months=months)


def find_last(rule: Rule, start: datetime) -> datetime:
    """The last occurrence of a complete rule.

    Raises InvalidInput for a rule that never happens, and for an end beyond five years.
    """
    if rule.until is not None and rule.until > start + MAX_SPAN:
        raise InvalidInput("rrule: UNTIL is more than five years after starts_at")
    last, number = None, 0
    for local in expand(rule, start, rule.until or start + MAX_SPAN, start.date()):
        last, number = local, number + 1
        if number == rule.count:
            return local
    if last is None:
        raise InvalidInput("rrule: it never happens, or not before its end")
    if rule.count is not None:
        raise InvalidInput("rrule: COUNT leads more than five years beyond starts_at")
    return last


def expand(rule: Rule, start: datetime, last: datetime, since: date) -> Iterator[datetime]:
    """The occurrences of a complete rule from the day `since` to `last`, in order."""
    for days in _list_periods(rule, start.date(), since, last.date()):
        matching = [day for day in days if _matches(rule, day)]
        for day in _pick(matching, rule.positions):
            local = datetime.combine(day, start.time())
            if local > last:
                return
            if local >= start and day >= since:
                yield local


def _pick(days: list[date], positions: frozenset[int]) -> list[date]:
    if not positions:
        return days
    count = len(days)
    indexes = {number - 1 if number > 0 else count + number for number in positions}
    return [days[index] for index in sorted(indexes) if 0 <= index < count]


def _list_periods(rule: Rule, start: date, since: date, last: date) -> Iterator[list[date]]:
    """The days of each period from that of `since`, counted by the interval from the start."""
    if rule.freq in (Frequency.DAILY, Frequency.WEEKLY):
        days = 1 if rule.freq is Frequency.DAILY else 7
        back = 0 if days == 1 else (start.weekday() - rule.week_start) % 7
        first = (start - timedelta(days=back)).toordinal()
        for begin in _step(first, days * rule.interval, since.toordinal(), last.toordinal()):
            yield [date.fromordinal(begin + number) for number in range(days)]
        return
    months = 1 if rule.freq is Frequency.MONTHLY else 12
    first = _month(start) - (start.month - 1 if months > 1 else 0)
    for begin in _step(first, months * rule.interval, _month(since), _month(last)):
        yield [day for number in range(months) for day in _list_days(begin + number, rule)]


def _step(first: int, step: int, since: int, last: int) -> range:
    """From `first` in steps, beginning with the period that `since` is in."""
    return range(first + max(0, (since - first) // step) * step, last + 1, step)


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _list_days(month: int, rule: Rule) -> list[date]:
    year, index = divmod(month, 12)
    if rule.months and index + 1 not in rule.months:
        return []
    return [date(year, index + 1, day + 1) for day in range(monthrange(year, index + 1)[1])]


def _matches(rule: Rule, day: date) -> bool:
    if rule.months and day.month not in rule.months:
        return False
    if rule.weekdays and day.weekday() not in rule.weekdays:
        return False
    if rule.ordinals and not _has_ordinal(rule, day):
        return False
    if not rule.month_days:
        return True
    length = monthrange(day.year, day.month)[1]
    return bool(rule.month_days & {day.day, day.day - length - 1})


def _has_ordinal(rule: Rule, day: date) -> bool:
    """Whether it is, say, the first or the last Monday: of the month, or of a whole year."""
    if rule.freq is Frequency.YEARLY and not rule.months:
        place, length = day.timetuple().tm_yday, 366 if isleap(day.year) else 365
    else:
        place, length = day.day, monthrange(day.year, day.month)[1]
    numbers = ((place - 1) // 7 + 1, -((length - place) // 7 + 1))
    return any((day.weekday(), number) in rule.ordinals for number in numbers)
