"""Activity is written at once while little comes, and at most once a second while much does."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.aws.activity import Series, Workload
from chalicelib.aws.activity_counts import ActivityCounts
from chalicelib.errors import Unavailable

AT = datetime(2026, 11, 28, 14, 3, 22, tzinfo=UTC)
MINUTE = AT.replace(second=0)
ALL, ADAS = Series(Workload.ORDERS), Series(Workload.ORDERS, "ada")


class FakeActivity:
    def __init__(self) -> None:
        self.added = []
        self.is_down = False

    def add(self, series, minute, amount):
        if self.is_down:
            raise Unavailable("the database is not available; try again")
        self.added.append((series, minute, amount))


class Counting:
    """Counts with a clock of the test's own; what is in the background waits to be run."""

    def __init__(self) -> None:
        self.activity, self.works, self.at_exit = FakeActivity(), [], []
        self.seconds, self.pauses = 0.0, []
        self.counts = ActivityCounts(
            lambda: self.activity,
            in_background=self._keep,
            now=lambda: AT + timedelta(seconds=self.seconds),
            clock=lambda: self.seconds,
            pause=self._pause,
        )

    def _keep(self, work, at_exit):
        self.works.append(work)
        self.at_exit.append(at_exit)

    def _pause(self, seconds):
        self.pauses.append(seconds)
        self.seconds += seconds


@pytest.fixture
def counting():
    return Counting()


def test_the_first_is_written_at_once_for_everybody_and_its_owner(counting):
    counting.counts.count(Workload.ORDERS, "ada", 2)
    assert counting.activity.added == [(ALL, MINUTE, 2), (ADAS, MINUTE, 2)]
    assert counting.works == []


def test_what_has_no_owner_or_none_that_can_be_a_key_counts_for_everybody(counting):
    counting.counts.count(Workload.ORDERS, None)
    counting.seconds = 5
    counting.counts.count(Workload.ORDERS, "odd|sub")
    assert counting.activity.added == [(ALL, MINUTE, 1), (ALL, MINUTE, 1)]


def test_what_comes_within_the_second_is_one_write_in_the_background(counting):
    for _ in range(100):
        counting.counts.count(Workload.ORDERS, "ada")
    assert len(counting.activity.added) == 2
    (work,) = counting.works
    work()
    assert counting.pauses == [1.0]
    assert counting.activity.added[2:] == [(ALL, MINUTE, 99), (ADAS, MINUTE, 99)]


def test_the_next_one_after_the_second_writes_what_a_frozen_process_kept(counting):
    """On Lambda the background stands still between two requests."""
    counting.counts.count(Workload.ORDERS, None)
    counting.counts.count(Workload.ORDERS, None)
    counting.seconds = 120
    counting.counts.count(Workload.ORDERS, None)
    assert counting.activity.added[1:] == [
        (ALL, MINUTE, 1),
        (ALL, MINUTE + timedelta(minutes=2), 1),
    ]


def test_a_write_that_fails_is_logged_and_never_fails_who_counts(counting, logged):
    counting.activity.is_down = True
    counting.counts.count(Workload.ORDERS, "ada")
    counting.activity.is_down = False
    counting.seconds = 2
    counting.counts.count(Workload.ORDERS, None)
    assert counting.activity.added == [(ALL, MINUTE, 1)]
    (line,) = map(json.loads, logged.getvalue().splitlines())
    assert (line["message"], line["workload"]) == ("counts were not confirmed", "orders")


def test_what_is_pending_is_written_when_the_process_ends_in_order(counting):
    counting.counts.count(Workload.ORDERS, None)
    counting.counts.count(Workload.ORDERS, None)
    (at_exit,) = counting.at_exit
    assert at_exit() is True
    assert counting.activity.added[1:] == [(ALL, MINUTE, 1)]
