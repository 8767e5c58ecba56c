"""Partial batches: nothing is lost and only what failed comes again, with the flag or without."""

import contextlib
import json
from pathlib import Path

import pytest
from chalice.app import SQSEvent
from support.events import sqs_event, sqs_record

from chalicelib import batch
from chalicelib.aws.queue import Received, RefusedEntry, SqsMapping
from chalicelib.errors import BatchFailed, Unavailable
from chalicelib.orders.announcing import MoreWait

RECORDED = Path(__file__).parents[1] / "support" / "recorded" / "sqs.json"


def record(number: int, body: str = "ok", *, message_id: str | None = None, receives: int = 1):
    """One SQS record; unlike those of Chalice's client each has an id of its own."""
    name = message_id or f"m-{number}"
    whole = sqs_record(body, name, ApproximateReceiveCount=str(receives))
    return {**whole, "receiptHandle": f"r-{number}"}


def refuse_bad(message: Received) -> None:
    if "bad" in message.body:
        raise ValueError(message.body)


class Deletes:
    """Takes receipt handles, as `Queue.delete_all` does, and refuses some of them."""

    def __init__(self, *refused: RefusedEntry) -> None:
        self.handles: list[str] = []
        self.refused = list(refused)

    def __call__(self, handles: list[str]) -> list[RefusedEntry]:
        self.handles += handles
        return self.refused


def flag_on(deletes):
    return SqsMapping(deletes, reports_failures=True)


def flag_off(deletes):
    return SqsMapping(deletes, reports_failures=False)


def reported(answer):
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_with_the_flag_a_failed_message_alone_is_reported():
    deletes = Deletes()
    sent = sqs_event(record(1), record(2, "bad"), record(3))
    answer = batch.sqs(sent, batch.handle_each(refuse_bad), flag_on(deletes))
    assert reported(answer) == ["m-2"]
    assert deletes.handles == []


def test_with_the_flag_success_is_an_empty_report():
    answer = batch.sqs(
        sqs_event(record(1)),
        batch.handle_each(refuse_bad),
        flag_on(Deletes()),
    )
    assert answer == {"batchItemFailures": []}


def test_without_the_flag_the_successes_are_deleted_and_the_invocation_fails():
    deletes = Deletes()
    sent = sqs_event(record(1), record(2, "bad"), record(3))
    with pytest.raises(BatchFailed, match="1 of 3"):
        batch.sqs(sent, batch.handle_each(refuse_bad), flag_off(deletes))
    assert deletes.handles == ["r-1", "r-3"]


def test_without_the_flag_success_leaves_the_deleting_to_lambda():
    deletes = Deletes()
    sent = sqs_event(record(1), record(2))
    batch.sqs(sent, batch.handle_each(refuse_bad), flag_off(deletes))
    assert deletes.handles == []


def test_without_the_flag_a_batch_that_failed_whole_deletes_nothing():
    deletes = Deletes()
    sent = sqs_event(record(1, "bad"), record(2, "bad"))
    with pytest.raises(BatchFailed):
        batch.sqs(sent, batch.handle_each(refuse_bad), flag_off(deletes))
    assert deletes.handles == []


def test_with_the_flag_a_batch_that_failed_whole_is_reported_whole():
    sent = sqs_event(record(1, "bad"), record(2, "bad"))
    answer = batch.sqs(sent, batch.handle_each(refuse_bad), flag_on(Deletes()))
    assert reported(answer) == ["m-1", "m-2"]


@pytest.mark.parametrize("reports_failures", [True, False])
def test_work_that_raises_fails_the_whole_batch_and_deletes_nothing(reports_failures):
    def work(messages):
        raise Unavailable("the database is not available; try again")

    deletes = Deletes()
    with pytest.raises(Unavailable):
        batch.sqs(
            sqs_event(record(1)), work, SqsMapping(deletes, reports_failures=reports_failures)
        )
    assert deletes.handles == []


def test_a_success_that_could_not_be_deleted_fails_the_invocation():
    sent = sqs_event(record(1), record(2, "bad"))
    deletes = Deletes(RefusedEntry(0, "Unavailable"))
    with pytest.raises(Unavailable):
        batch.sqs(sent, batch.handle_each(refuse_bad), flag_off(deletes))


def test_a_message_delivered_twice_in_a_batch_fails_or_succeeds_as_one():
    deletes = Deletes()
    twice = [record(1, message_id="m"), record(2, "bad", message_id="m"), record(3)]
    answer = batch.sqs(sqs_event(*twice), batch.handle_each(refuse_bad), flag_on(deletes))
    assert reported(answer) == ["m"]
    with pytest.raises(BatchFailed):
        batch.sqs(
            sqs_event(*twice),
            batch.handle_each(refuse_bad),
            flag_off(deletes),
        )
    assert deletes.handles == ["r-3"]


def noting(noted, *, reports_failures=True):
    def note(message, error):
        noted.append((message.message_id, message.receive_count, repr(error)))

    return SqsMapping(Deletes(), reports_failures, note)


@pytest.mark.parametrize("reports_failures", [True, False])
def test_why_a_message_failed_is_stored_with_its_receive_count(reports_failures):
    noted = []
    sent = sqs_event(record(1), record(2, "bad", receives=3))
    with contextlib.suppress(BatchFailed):
        batch.sqs(
            sent,
            batch.handle_each(refuse_bad),
            noting(noted, reports_failures=reports_failures),
        )
    assert noted == [("m-2", 3, "ValueError('bad')")]


def test_work_that_raises_is_stored_as_the_reason_of_every_message():
    noted = []

    def work(messages):
        raise Unavailable("down")

    with pytest.raises(Unavailable):
        batch.sqs(sqs_event(record(1), record(2, receives=5)), work, noting(noted))
    assert noted == [("m-1", 1, "Unavailable('down')"), ("m-2", 5, "Unavailable('down')")]


def test_a_reason_that_cannot_be_stored_changes_nothing_and_the_others_are_not_tried(logged):
    tried = []

    def note(message, error):
        tried.append(message.message_id)
        raise Unavailable("the database is not available; try again")

    sent = sqs_event(record(1, "bad"), record(2, "bad"), record(3))
    answer = batch.sqs(sent, batch.handle_each(refuse_bad), SqsMapping(Deletes(), True, note))
    assert reported(answer) == ["m-1", "m-2"]
    assert tried == ["m-1"]
    assert '"reasons were not stored"' in logged.getvalue()


def test_the_others_are_worked_on_after_a_failure():
    seen = []

    def handle(message):
        seen.append(message.message_id)
        refuse_bad(message)

    sent = sqs_event(record(1, "bad"), record(2), record(3, "bad"), record(4))
    answer = batch.sqs(sent, batch.handle_each(handle), flag_on(Deletes()))
    assert seen == ["m-1", "m-2", "m-3", "m-4"]
    assert reported(answer) == ["m-1", "m-3"]


def test_a_failed_message_is_logged_by_its_id_and_never_by_its_body(logged):
    sent = sqs_event(record(1, "bad canary", receives=4))
    batch.sqs(sent, batch.handle_each(refuse_bad), flag_on(Deletes()))
    (line,) = [json.loads(row) for row in logged.getvalue().splitlines()]
    assert (line["request_id"], line["receives"], line["error"]["kind"]) == ("m-1", 4, "ValueError")
    assert "canary" not in logged.getvalue()


def test_work_that_goes_on_with_the_next_delivery_is_no_error_in_the_log(logged):
    def go_on(message):
        raise MoreWait(4)

    deletes = Deletes()
    answer = batch.sqs(sqs_event(record(1)), batch.handle_each(go_on), flag_on(deletes))
    assert reported(answer) == ["m-1"]
    (line,) = [json.loads(row) for row in logged.getvalue().splitlines()]
    assert (line["level"], line["message"]) == ("info", "a message is not finished")


def test_a_recorded_event_is_understood():
    seen = []
    recorded = SQSEvent(json.loads(RECORDED.read_text()), None)
    batch.sqs(recorded, batch.handle_each(seen.append), flag_on(Deletes()))
    assert seen == [
        Received(
            message_id="059f36b4-87a3-44ab-83d2-661975830a7d",
            receipt_handle="AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a...",
            body='{"user":"a@example.com","action":"search"}',
            sent_at_ms=1545082649183,
            receive_count=1,
            trace_header=(
                "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"
            ),
        ),
        Received(
            message_id="2e1424d4-f796-459a-8184-9c92662be6da",
            receipt_handle="AQEBzWwaftRI0KuVm4tP+/7q1rGgNqicHq...",
            body="Test message.",
            sent_at_ms=1545082650636,
            receive_count=4,
            trace_header=None,
        ),
    ]
