"""The range of time of a summary, and its parts; pure. Seconds are since 1970."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from chalicelib import times
from chalicelib.errors import InvalidInput
from chalicelib.tenant_logs.search.queries import LogFilters

USUAL = timedelta(hours=1)
MINUTE_S = 60
DAY_S = 24 * 3600

# So that a bucket begins at a full minute, hour or day. The last one holds any range in two.
_STEPS_S: Sequence[int] = (
    *(minutes * MINUTE_S for minutes in (1, 2, 5, 10, 20, 30)),
    *(hours * 3600 for hours in (1, 2, 3, 6, 12)),
    *(days * DAY_S for days in (1, 2, 7, 14, 32)),
)


class LogPeriod(NamedTuple):
    """`since` <= time < `until`."""

    since: datetime
    until: datetime

    @property
    def position(self) -> dict[str, str]:
        """The times as sort keys begin."""
        return {name: times.sortable_text(at) for name, at in self._asdict().items()}

    @property
    def in_seconds(self) -> tuple[int, int]:
        """The times of a range of whole minutes."""
        return int(self.since.timestamp()), int(self.until.timestamp())


def read_period(query: LogFilters, now: datetime) -> LogPeriod:
    """The range that is asked for.

    Raises InvalidInput for bad times, an empty range, or more than 31 days.
    """
    until = now if query.until is None else times.parse_query(query.until, "until", now)
    try:
        usual = until - USUAL
    except OverflowError as error:
        raise InvalidInput("until is too long ago") from error
    since = usual if query.since is None else times.parse_query(query.since, "since", now)
    if since >= until:
        raise InvalidInput("since must be before until")
    if until - since > times.MAX_RANGE:
        raise InvalidInput(f"since and until may be {times.MAX_RANGE.days} days apart")
    return LogPeriod(since, until)


def widen_to_minutes(period: LogPeriod) -> LogPeriod:
    """The whole minutes that a range touches."""
    since_s = int(period.since.timestamp() // MINUTE_S) * MINUTE_S
    until_s = -int(-period.until.timestamp() // MINUTE_S) * MINUTE_S
    return LogPeriod(to_time(since_s), to_time(until_s))


def choose_interval_s(period: LogPeriod, at_most: int) -> int:
    """How long a bucket is, so that there are no more than `at_most`, which is 2 or more."""
    since_s, until_s = period.in_seconds
    return next(
        step_s for step_s in _STEPS_S if -(-until_s // step_s) - since_s // step_s <= at_most
    )


def to_time(epoch_s: int) -> datetime:
    """A time by its seconds.

    Raises InvalidInput where the calendar has no such time.
    """
    try:
        return datetime.fromtimestamp(epoch_s, UTC)
    except (OverflowError, ValueError) as error:
        raise InvalidInput("since and until must be within the calendar") from error
