"""When a message is due: RFC 3339 times, and local ones in a time zone; pure."""

import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chalicelib import times
from chalicelib.errors import InvalidInput

NAME = "scheduled_at"
# RFC 3339, or without an offset; browsers leave out the seconds.
PATTERN = (
    r"^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?(?!\n)$"
)
MAX_AHEAD = timedelta(days=5 * 366)
_DAY, _NONE = timedelta(days=1), timedelta()


class DueTime(NamedTuple):
    """A time in UTC in whole seconds, and what was changed to get there."""

    at: datetime
    note: str | None = None


def read(value: str, time_zone: str | None) -> DueTime:
    """The time that a request means.

    An hour that the zone skips moves forward, as a calendar does it; of an hour that comes twice
    the first is meant. Raises InvalidInput for a time that does not exist, an unknown zone, a
    local time without zone, and a zone beside an offset.
    """
    local = _parse(value)
    if local.tzinfo is not None and time_zone is not None:
        raise InvalidInput(f"{NAME} has an offset already: leave time_zone out, or the offset")
    if local.tzinfo is None and time_zone is None:
        raise InvalidInput(f"{NAME} needs a time zone: a final Z, an offset, or time_zone")
    return to_utc(local, time_zone)


def require_ahead(at: datetime, now: datetime) -> None:
    """Raise InvalidInput for a time that is past, or more than five years ahead."""
    if at <= now:
        raise InvalidInput(f"{NAME} {times.text(at)} is past: give a later time, or none")
    if at > now + MAX_AHEAD:
        raise InvalidInput(f"{NAME} is more than five years ahead")


def has_offset(value: str) -> bool:
    """Whether a time says its offset itself, so that no time zone goes with it.

    Raises InvalidInput for a time that does not exist.
    """
    return _parse(value).tzinfo is not None


def _parse(value: str) -> datetime:
    if not re.match(PATTERN, value):
        raise _no_time()
    try:
        return datetime.fromisoformat(value)
    except (ValueError, OverflowError) as error:
        raise _no_time() from error


def _no_time() -> InvalidInput:
    return InvalidInput(f"{NAME} must be a time that exists, such as 2026-01-31T09:30:00Z")


def to_utc(local: datetime, time_zone: str | None) -> DueTime:
    """A local time of a zone, or one with an offset, as `read` takes it.

    Raises InvalidInput for an unknown zone, and at the ends of the calendar.
    """
    try:
        aware, note = (local, None) if local.tzinfo else _resolve(local, time_zone or "")
        return DueTime(aware.astimezone(UTC).replace(microsecond=0), note)
    except OverflowError as error:  # at the ends of the calendar UTC has no such year
        raise _no_time() from error


def _resolve(local: datetime, name: str) -> tuple[datetime, str | None]:
    aware = local.replace(tzinfo=load_zone(name))
    there = aware.astimezone(UTC).astimezone(aware.tzinfo)
    if there.replace(tzinfo=None) == local:
        return aware, None
    # Forward by what is skipped: zoneinfo does so by itself, and dateutil's zones go back.
    after, before = (aware + _DAY).utcoffset(), (aware - _DAY).utcoffset()
    moved = local + ((after or _NONE) - (before or _NONE))
    note = f"{local.isoformat()} does not exist in {name}; moved to {moved.isoformat()}"
    return moved.replace(tzinfo=aware.tzinfo), note


def load_zone(name: str) -> tzinfo:
    """The IANA time zone `name`: the system's, else the one that dateutil carries.

    Raises InvalidInput for an unknown one.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        pass
    from dateutil.zoneinfo import get_zonefile_instance  # noqa: PLC0415 rarely needed

    zone: tzinfo | None = get_zonefile_instance().get(name)
    if zone is None:
        raise InvalidInput(f"time_zone {name!r} is not an IANA time zone, such as Europe/Berlin")
    return zone
