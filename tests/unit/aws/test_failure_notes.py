"""Failed requests are written at most once a second, and never in the way of a response."""

import time

import pytest

from chalicelib.aws.failed_requests import FailedRequests
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
    """Failed requests with a clock of the test's own."""

    def __init__(self) -> None:
        self.bulk, self.seconds = FakeBulk(), 100.0
        self.notes = FailedRequests(None, self.bulk, clock=lambda: self.seconds)

    def note(self, request_id, *, later_s=0.0):
        self.seconds += later_s
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


def test_what_comes_within_the_second_is_written_with_the_next_failure_after_it(noting):
    for number in range(1, 5):
        noting.note(f"r-{number}")
    assert noting.written() == [[("r-1", 0)]]
    noting.note("r-5", later_s=1.0)
    assert noting.written() == [
        [("r-1", 0)],
        [("r-2", 0), ("r-3", 0), ("r-4", 0), ("r-5", 0)],
    ]


def test_of_a_flood_the_newest_are_kept_and_the_others_counted(noting):
    for number in range(100):
        noting.note(f"r-{number}")
    noting.note("r-100", later_s=1.0)
    (_, kept) = noting.written()
    assert [name for name, _ in kept] == [f"r-{number}" for number in range(89, 101)]
    assert kept[-1] == ("r-100", 88)  # r-1 to r-88
    assert len(noting.bulk.calls[1]) <= 25


def test_what_could_not_be_written_is_written_with_the_next_failure(noting):
    noting.bulk.is_down = True
    with pytest.raises(Unavailable):
        noting.note("r-1")
    noting.bulk.is_down, noting.bulk.refuses = False, True
    noting.note("r-2", later_s=1.0)
    noting.bulk.refuses = False
    noting.note("r-3", later_s=1.0)
    noting.note("r-4", later_s=1.0)
    assert noting.written()[2:] == [[("r-1", 0), ("r-2", 0), ("r-3", 0)], [("r-4", 0)]]


def test_while_the_table_is_down_one_failure_a_second_waits_for_it(noting):
    noting.bulk.is_down = True
    with pytest.raises(Unavailable):
        noting.note("r-1")
    for _ in range(20):
        noting.note("r-2")
    assert len(noting.bulk.calls) == 1
