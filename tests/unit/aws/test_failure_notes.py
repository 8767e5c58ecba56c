"""Failed requests are written at most once a second, and never in the way of a response."""

import time

import pytest

from chalicelib.aws.failed_requests import FailureNotes
from chalicelib.errors import Unavailable
from chalicelib.failed_request import FailedRequest


class FakeBulk:
    def __init__(self) -> None:
        self.calls, self.is_down, self.refuses = [], False, False

    def put_all(self, items):
        self.calls.append(items)
        if self.is_down:
            raise Unavailable("the database is not available; try again")
        return [0] if self.refuses else []


class Noting:
    """Notes with a clock of the test's own; what is in the background waits to be run."""

    def __init__(self) -> None:
        self.bulk, self.works, self.at_exit, self.seconds = FakeBulk(), [], [], 0.0
        self.pauses, self.on_pause = [], lambda: None
        self.notes = FailureNotes(
            self.bulk,
            in_background=self._keep,
            clock=lambda: self.seconds,
            pause=self._pause,
        )

    def note(self, request_id):
        self.notes.note(failed(request_id))

    def written(self):
        """The requests of each call, by the items that are found by their ids."""
        return [
            [
                (item["request_id"], item["others"])
                for item in items
                if item["sk"] == "FAILED_REQUEST"
            ]
            for items in self.bulk.calls
        ]

    def _keep(self, work, at_exit):
        self.works.append(work)
        self.at_exit.append(at_exit)

    def _pause(self, seconds):
        self.pauses.append(seconds)
        self.seconds += seconds
        self.on_pause()


def failed(request_id):
    return FailedRequest(
        at="2026-11-28T14:03:22.000000Z",
        request_id=request_id,
        method="GET",
        route="/api/v1/me",
        status=503,
        code="unavailable",
    )


@pytest.fixture
def noting():
    return Noting()


def test_the_first_is_written_at_once_by_time_and_by_id_for_a_week(noting):
    noting.note("r-1")
    ((by_time, by_id),) = noting.bulk.calls
    assert (by_time["pk"], by_time["sk"]) == ("FAILED_REQUEST", "2026-11-28T14:03:22.000000Z#r-1")
    assert (by_id["pk"], by_id["sk"]) == ("FAILED_REQUEST#r-1", "FAILED_REQUEST")
    assert by_id["expires_at"] == pytest.approx(time.time() + 7 * 24 * 3600, abs=60)
    assert noting.works == []


def test_what_comes_within_the_second_is_one_call_at_its_end(noting):
    for number in range(1, 5):
        noting.note(f"r-{number}")
    assert noting.written() == [[("r-1", 0)]]
    (work,) = noting.works
    work()
    assert noting.written() == [[("r-1", 0)], [("r-2", 0), ("r-3", 0), ("r-4", 0)]]
    assert noting.pauses == [1.0]


def test_a_second_later_the_next_is_written_at_once(noting):
    noting.note("r-1")
    noting.seconds = 1.0
    noting.note("r-2")
    assert noting.written() == [[("r-1", 0)], [("r-2", 0)]]


def test_of_a_flood_the_newest_are_kept_and_the_others_counted(noting):
    for number in range(100):
        noting.note(f"r-{number}")
    noting.works[0]()
    (_, kept) = noting.written()
    assert [name for name, _ in kept] == [f"r-{number}" for number in range(88, 100)]
    assert [others for _, others in kept] == [87, *[0] * 11]  # r-1 to r-87
    assert len(noting.bulk.calls[1]) <= 25


def test_while_the_table_is_down_one_caller_waits_and_then_all_is_written(noting):
    noting.bulk.is_down = True
    for number in range(1, 4):
        noting.note(f"r-{number}")
        noting.seconds += 5
    assert noting.written() == [[("r-1", 0)]]
    noting.on_pause = lambda: setattr(noting.bulk, "is_down", len(noting.pauses) < 3)
    noting.works[0]()
    assert noting.pauses == [1.0, 2.0, 5.0]
    assert noting.written()[-1] == [("r-1", 0), ("r-2", 0), ("r-3", 0)]
    noting.note("r-4")
    assert (len(noting.works), noting.written()[-1]) == (2, [("r-1", 0), ("r-2", 0), ("r-3", 0)])
    noting.works[1]()
    assert noting.written()[-1] == [("r-4", 0)]


def test_what_the_table_did_not_take_is_written_again(noting):
    noting.bulk.refuses = True
    noting.note("r-1")
    noting.on_pause = lambda: setattr(noting.bulk, "refuses", False)
    noting.works[0]()
    assert noting.written() == [[("r-1", 0)], [("r-1", 0)]]


def test_what_waits_is_written_when_the_process_ends(noting):
    noting.note("r-1")
    noting.note("r-2")
    assert noting.at_exit[0]() is True
    assert noting.written() == [[("r-1", 0)], [("r-2", 0)]]
    assert noting.at_exit[0]() is True
    assert len(noting.bulk.calls) == 2


def test_a_request_without_an_id_that_can_be_a_key_is_kept_by_time(noting):
    noting.note("a b")
    assert [item["pk"] for item in noting.bulk.calls[0]] == ["FAILED_REQUEST"]
