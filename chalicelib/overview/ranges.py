"""The ranges of an overview, and counts by the minute as a series; pure."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from chalicelib import times
from chalicelib.overview.model import ActivityPoint, OverviewRange


class Grid(NamedTuple):
    """Intervals of equal length: `points` of them from `since` on; the last one runs at `now`."""

    since: datetime
    interval: timedelta
    points: int

    @property
    def until(self) -> datetime:
        """The end of the last interval."""
        return self.since + self.points * self.interval


_INTERVALS: Mapping[OverviewRange, tuple[timedelta, int]] = MappingProxyType(
    {
        OverviewRange.HOUR: (timedelta(minutes=1), 60),
        OverviewRange.DAY: (timedelta(minutes=30), 48),
        OverviewRange.WEEK: (timedelta(hours=3), 56),
    }
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def make_grid(asked: OverviewRange, now: datetime) -> Grid:
    """The intervals of a range, on whole multiples of their length."""
    interval, points = _INTERVALS[asked]
    running = _EPOCH + (now - _EPOCH) // interval * interval
    return Grid(running - (points - 1) * interval, interval, points)


def make_series(counts: Mapping[datetime, int], grid: Grid) -> list[ActivityPoint]:
    """A point an interval, those without anything too; `counts` are by the minute."""
    sums = [0] * grid.points
    for minute, count in counts.items():
        sums[(minute - grid.since) // grid.interval] += count
    return [
        ActivityPoint(times.text(grid.since + n * grid.interval), count)
        for n, count in enumerate(sums)
    ]
