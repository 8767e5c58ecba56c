"""Ranges on whole intervals, and counts by the minute as a series."""

from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.overview.model import ActivityPoint, OverviewRange
from chalicelib.overview.ranges import make_grid, make_series

NOW = datetime(2026, 11, 28, 14, 3, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "since", "until", "points"),
    [
        ("1h", (28, 13, 4), (28, 14, 4), 60),
        ("24h", (27, 14, 30), (28, 14, 30), 48),
        ("7d", (21, 15, 0), (28, 15, 0), 56),
    ],
)
def test_a_range_ends_with_the_interval_that_runs(asked, since, until, points):
    grid = make_grid(OverviewRange(asked), NOW)
    assert grid.since == datetime(2026, 11, *since, tzinfo=UTC)
    assert grid.until == datetime(2026, 11, *until, tzinfo=UTC)
    assert grid.points == points


def test_every_interval_has_a_point_and_its_minutes_are_summed():
    grid = make_grid(OverviewRange.DAY, NOW)
    counts = {
        grid.since: 1,
        grid.since + timedelta(minutes=29): 2,
        grid.since + timedelta(minutes=30): 4,
        NOW.replace(second=0): 8,
    }
    series = make_series(counts, grid)
    assert series[:3] == [
        ActivityPoint("2026-11-27T14:30:00Z", 3),
        ActivityPoint("2026-11-27T15:00:00Z", 4),
        ActivityPoint("2026-11-27T15:30:00Z", 0),
    ]
    assert series[-1] == ActivityPoint("2026-11-28T14:00:00Z", 8)
    assert (len(series), sum(point.count for point in series)) == (48, 15)
