"""When a message is due: RFC 3339 times, and local ones in a time zone; pure."""

from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chalicelib import times
from chalicelib.errors import InvalidInput

NAME = "scheduled_at"
MAX_AHEAD = timedelta(days=5 * 366)


class DueTime(NamedTuple):
    """A time in UTC in whole seconds, and what was changed to get there."""

    at: datetime
    note: str | None = None


def read(value: str, time_zone: str | None, now: datetime) -> DueTime:
    """The time that a request means.

    An hour that the zone skips moves forward, as a calendar does it; of an hour that comes twice
    the first is meant. Raises InvalidInput for a time that does not exist, one that is past, or
    more than five years ahead, an unknown zone, a local time without zone, and a zone beside an
    offset.
    """
    local = _parse(value)
    if local.tzinfo is not None and time_zone is not None:
        raise InvalidInput(f"{NAME} has an offset already: leave time_zone out, or the offset")
    if local.tzinfo is None and time_zone is None:
        raise InvalidInput(f"{NAME} needs a time zone: a final Z, an offset, or time_zone")
    note = None
    if local.tzinfo is None:
        local, note = _resolve(local, time_zone or "")
    at = local.astimezone(UTC).replace(microsecond=0)
    if at <= now:
        raise InvalidInput(f"{NAME} {times.text(at)} is past")
    if at > now + MAX_AHEAD:
        raise InvalidInput(f"{NAME} is more than five years ahead")
    return DueTime(at, note)


def _parse(value: str) -> datetime:
    try:
        return datetime.fromisoformat(value)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(
            f"{NAME} must be a time that exists, such as 2026-01-31T09:30:00Z"
        ) from error


def _resolve(local: datetime, name: str) -> tuple[datetime, str | None]:
    aware = local.replace(tzinfo=load_zone(name))
    there = aware.astimezone(UTC).astimezone(aware.tzinfo)
    if there.replace(tzinfo=None) == local:
        return aware, None
    moved = there.replace(tzinfo=None)
    return there, f"{local.isoformat()} does not exist in {name}; moved to {moved.isoformat()}"


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
