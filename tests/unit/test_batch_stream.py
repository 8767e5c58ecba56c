"""Batches of a table's stream: what failed is named, or the invocation fails."""

import json
from datetime import UTC, datetime

import pytest
from support.events import failures, stream_event, stream_record

from chalicelib import batch
from chalicelib.aws.changes import Change, latest_write_time
from chalicelib.aws.queue import Received
from chalicelib.errors import BatchFailed, Unavailable


def fails(*numbers):
    return lambda changes: numbers


def test_records_come_as_changes_in_their_order():
    seen = []
    event = stream_event(
        stream_record("a", 1), stream_record("b", 2, "MODIFY"), stream_record("a", 3, "REMOVE")
    )
    answer = batch.stream(event, lambda changes: seen.extend(changes) or [], reports_failures=True)
    assert answer == {"batchItemFailures": []}
    assert seen == [
        Change("1", "INSERT", {"orderID": "a"}),
        Change("2", "MODIFY", {"orderID": "b"}),
        Change("3", "REMOVE", {"orderID": "a"}),
    ]


def test_with_the_flag_failures_are_reported_from_the_first_on():
    event = stream_event(*(stream_record("a", n) for n in range(8, 12)))
    answer = batch.stream(event, fails("11", "9", "9"), reports_failures=True)
    assert failures(answer) == ["9", "11"]


def test_without_the_flag_a_failure_fails_the_invocation():
    event = stream_event(stream_record("a", 1), stream_record("b", 2))
    with pytest.raises(BatchFailed, match="1 records"):
        batch.stream(event, fails("2"), reports_failures=False)
    assert batch.stream(event, fails(), reports_failures=False) == {"batchItemFailures": []}


@pytest.mark.parametrize("reports_failures", [True, False])
def test_work_that_raises_fails_the_invocation(reports_failures):
    def work(changes):
        raise Unavailable("down")

    with pytest.raises(Unavailable):
        batch.stream(stream_event(stream_record("a")), work, reports_failures=reports_failures)


def test_a_record_that_cannot_be_read_fails_the_invocation_and_nothing_is_done():
    poison = stream_record("a", 2)
    del poison["dynamodb"]["Keys"]
    seen = []
    with pytest.raises(KeyError):
        batch.stream(
            stream_event(stream_record("b", 1), poison), seen.extend, reports_failures=True
        )
    assert seen == []


# --- What a mapping gave up -----------------------------------------------------------------------


def test_a_failure_letter_tells_when_its_records_were_written_to_the_second():
    told = {"approximateArrivalOfLastRecord": "2026-03-01T12:00:00Z", "batchSize": 1}
    body = json.dumps({"requestContext": {}, "DDBStreamBatchInfo": told})
    assert latest_write_time(letter(body)) == datetime(2026, 3, 1, 12, 0, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    "body",
    [
        "no JSON",
        "[]",
        '{"DDBStreamBatchInfo": {}}',
        '{"DDBStreamBatchInfo": {"approximateArrivalOfLastRecord": "2026-03-01T12:00:00"}}',
    ],
)
def test_another_letter_tells_of_what_was_written_before_it(body):
    assert latest_write_time(letter(body)) == datetime(2018, 4, 9, tzinfo=UTC)


def letter(body):
    return Received("m-1", "r-1", body, 1523232000000, 1, None)
