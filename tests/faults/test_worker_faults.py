"""The archive worker on a real emulator: nothing is lost, and each event is counted once."""

import json
import random
import signal
import threading
import time
from collections import Counter

import pytest
from support.waiting import stays_for, until
from worker_failpoints import unavailable
from worker_system import System, events, ids, on_call, sent_ids

from worker import poller
from worker.buffer import CAP_FLUSHES

POLLERS = 4


@pytest.fixture
def archive(ministack, tmp_path):
    return System(ministack, tmp_path)


def _calls(aws):
    """How often the worker calls what, and how many messages it receives, from now on."""
    calls = Counter()

    def count(model, parsed, **_):
        calls[model.name] += 1
        calls["messages"] += len(parsed.get("Messages", []))

    on_call(aws, "after-call", count)
    return calls


def test_two_thousand_events_are_archived_in_few_parts_and_the_queue_is_empty(archive):
    sent = events(2_000)
    archive.send(sent)

    with archive.process(FLUSH_RECORDS="1000", VISIBILITY_TIMEOUT_S="30"):
        until(archive.is_drained)

    assert sorted(row.event_id for row in archive.rows()) == sent_ids(sent)
    assert len(list(archive.bucket.list("searches/"))) <= 10
    report = archive.report()
    assert (report.total, report.found, report.missed) == (2_000, 1_333, 667)
    assert report.read.complete


def test_an_archived_event_is_what_was_sent_with_its_message_and_trace(archive):
    [sent] = events(1)
    header = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"
    answer = archive.sqs.send_message(
        QueueUrl=archive.variables["SQS_URL"],
        MessageBody=json.dumps(sent),
        MessageSystemAttributes={
            "AWSTraceHeader": {"DataType": "String", "StringValue": header},
        },
    )

    with archive.thread():
        until(archive.is_drained)

    [row] = archive.rows()
    assert (row.user, row.event_id, row.found, row.request_id) == ("u-0", "e-00000", False, "r-0")
    assert (row.message_id, row.trace) == (answer["MessageId"], header)


def test_the_seeds_own_event_is_archived_under_its_message(archive):
    answer = archive.sqs.send_message(
        QueueUrl=archive.variables["SQS_URL"], MessageBody='{"user": "ann", "action": "search"}'
    )

    with archive.thread():
        until(archive.is_drained)

    [row] = archive.rows()
    assert (row.user, row.event_id, row.found) == ("ann", answer["MessageId"], None)
    assert abs(row.at.timestamp() - time.time()) < 60


def test_the_heartbeat_record_says_what_the_worker_did(archive):
    archive.send(events(10))

    with archive.thread() as archiver:
        until(archive.is_drained)
        until(lambda: archiver._buffer.list_leased() == [])

    key = {"pk": {"S": "HEARTBEAT"}, "sk": {"S": f"worker#{archive.name}"}}
    item = archive.aws.client("dynamodb").get_item(TableName="OmniState", Key=key)["Item"]
    assert item["status"] == {"S": "stopped"}
    assert [item[name]["N"] for name in ("received", "archived", "deleted")] == ["10"] * 3


def test_a_worker_that_started_before_its_queue_archives_when_it_is_there(archive):
    archive.sqs.delete_queue(QueueUrl=archive.variables["SQS_URL"])

    aws = archive.new_session()
    missed = threading.Event()
    on_call(aws, "after-call.sqs.ReceiveMessage", lambda **_: missed.set())

    with archive.thread(aws) as archiver:
        assert missed.wait(10)
        archive.create_queue()
        archive.send(events(10))
        until(archive.is_drained)
        assert not archiver.crashed.is_set()

    assert len(archive.rows()) == 10


# --- Fault 9: part of a delete fails ---


def test_only_the_messages_whose_delete_failed_are_deleted_again(archive):
    archive.send(events(30))
    aws = archive.new_session()
    deletes = []

    def fail_two_of_the_first(params, **_):
        entries = json.loads(params["body"])["Entries"]
        deletes.append([entry["ReceiptHandle"] for entry in entries])
        if len(deletes) == 1:
            for entry in entries[3:5]:
                entry["ReceiptHandle"] = "no-such-handle"
            params["body"] = json.dumps({**json.loads(params["body"]), "Entries": entries}).encode()

    def without_blame(parsed, **_):
        for item in parsed.get("Failed", []):
            item["SenderFault"] = False

    on_call(aws, "before-call.sqs.DeleteMessageBatch", fail_two_of_the_first)
    on_call(aws, "after-call.sqs.DeleteMessageBatch", without_blame)

    with archive.thread(aws, VISIBILITY_TIMEOUT_S="30"):
        until(archive.is_drained)

    first = deletes[0]
    assert sorted(map(len, deletes)) == [2, 10, 10, 10]
    assert next(delete for delete in deletes if len(delete) == 2) == first[3:5]
    assert len(archive.rows()) == 30


# --- Fault 10: repeats, out of order ---


def test_events_sent_twice_and_out_of_order_are_counted_once(archive):
    sent = events(300)
    shuffled = sent + sent[::2]
    random.Random(7).shuffle(shuffled)  # noqa: S311 a seeded order
    archive.send(shuffled)

    with archive.thread():
        until(archive.is_drained)

    # A message whose lease ended meanwhile may be stored twice, and is counted once all the same.
    assert len({row.message_id for row in archive.rows()}) == 450
    assert archive.report().total == 300


# --- Fault 11: poison ---


def test_what_is_no_search_event_ends_in_the_dead_letter_queue(ministack, tmp_path, monkeypatch):
    monkeypatch.setattr(poller, "MALFORMED_RETURN_S", 0)
    archive = System(ministack, tmp_path, max_receive_count=5)
    good = events(95)
    poison = ["not json", "[]", "{}", '{"user": 7}', '{"user": "ann", "at": "never"}']
    mixed = [*good, *poison]
    random.Random(7).shuffle(mixed)  # noqa: S311 a seeded order
    archive.send(mixed)

    with archive.thread():
        until(lambda: archive.dead() == 5 and archive.is_drained())

    assert ids(archive.rows()) == sent_ids(good)


# --- Fault 14: SIGKILL at the worst moments ---


@pytest.mark.parametrize(
    ("failpoint", "is_repeated"),
    [("after-receive", False), ("after-put", True), ("mid-delete", True)],
)
def test_a_worker_killed_loses_nothing_and_counts_nothing_twice(archive, failpoint, is_repeated):
    sent = events(200)
    archive.send(sent)

    with archive.process(failpoint) as killed:
        assert killed.wait(30) == -signal.SIGKILL
    assert sum(archive.depth()) >= 100
    with archive.process() as next_one:
        until(archive.is_drained)
        next_one.send_signal(signal.SIGTERM)
        assert next_one.wait(10) == 0

    rows = archive.rows()
    assert ids(rows) == sent_ids(sent)
    assert (len(rows) > len(sent)) == is_repeated
    assert archive.report().total == 200


# --- Fault 15: SIGTERM with full buffers ---


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_worker_flushes_or_gives_back_and_exits_0_within_its_budget(archive, how):
    archive.send(events(120))
    never = {"FLUSH_AFTER_S": "600", "FLUSH_RECORDS": "10000", "VISIBILITY_TIMEOUT_S": "600"}

    with archive.process(STOP_BUDGET_S="6", **never) as process:
        until(lambda: archive.depth() == (0, 120))
        began = time.monotonic()
        process.send_signal(how)
        assert process.wait(10) == 0

    assert time.monotonic() - began < 6
    waiting, hidden = archive.depth()
    archived = len(archive.rows())
    assert (archived + waiting, hidden) == (120, 0)
    assert archived >= 80  # a receive that was on its way is given back


def test_what_a_stopped_worker_cannot_flush_is_given_back_at_once(archive):
    archive.send(events(120))

    with archive.process("s3-down", STOP_BUDGET_S="3", VISIBILITY_TIMEOUT_S="600") as process:
        until(lambda: archive.depth() == (0, 120))
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0

    assert time.monotonic() - began < 4  # the budget and the end of a process
    assert archive.depth() == (120, 0)
    assert archive.rows() == []


def test_a_worker_that_was_paused_goes_on_and_still_stops_cleanly(archive, tmp_path):
    """A debugger or `docker pause`: after SIGCONT CPython's sigtimedwait returns no signal."""
    with archive.process(FLUSH_AFTER_S="0.2") as process:
        until((tmp_path / "health").exists)
        process.send_signal(signal.SIGSTOP)
        # longer than the main thread waits for a signal
        stays_for(lambda: process.poll() is None, 1.2, "the paused worker")
        process.send_signal(signal.SIGCONT)
        archive.send(events(20))
        until(archive.is_drained)
        assert process.poll() is None

        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0

    assert len(ids(archive.rows())) == 20


def test_a_worker_in_an_idle_long_poll_stops_at_once(archive, tmp_path):
    with archive.process() as process:
        until((tmp_path / "health").exists)
        stays_for(lambda: process.poll() is None, 0.3, "the worker")  # its long polls open
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0

    assert time.monotonic() - began < 3
    assert not (tmp_path / "health").exists()


def test_a_defect_ends_the_process_with_a_failure_and_gives_back_what_it_held(archive):
    archive.send(events(20))

    with archive.process("defect", VISIBILITY_TIMEOUT_S="600") as process:
        assert process.wait(20) == 1

    assert archive.depth() == (20, 0)


# --- Fault 16: a flush that lasts three visibility timeouts ---


def test_a_slow_flush_leads_to_no_second_delivery(archive):
    archive.send(events(50))
    aws = archive.new_session()
    calls = _calls(aws)
    on_call(aws, "before-send.s3.PutObject", lambda **_: time.sleep(6))

    with archive.thread(aws, VISIBILITY_TIMEOUT_S="2", HEARTBEAT_S="0.6"):
        until(archive.is_drained)

    assert calls["messages"] == 50
    assert calls["ChangeMessageVisibilityBatch"] > 0
    assert len(archive.rows()) == 50


# --- Fault 17: S3 is down for a while ---


def test_while_s3_is_down_nothing_is_deleted_and_polling_stops_at_the_cap(archive):
    sent = events(400)
    archive.send(sent)
    aws = archive.new_session()
    calls, down = _calls(aws), threading.Event()
    down.set()
    on_call(
        aws,
        "before-send.s3.PutObject",
        lambda request, **_: unavailable(request) if down.is_set() else None,
    )
    cap = CAP_FLUSHES * 20

    with archive.thread(
        aws, FLUSH_RECORDS="20", VISIBILITY_TIMEOUT_S="30", POLLERS=str(POLLERS)
    ) as archiver:
        until(lambda: calls["messages"] >= cap)
        until(lambda: calls["PutObject"] >= 2)
        overshoot = POLLERS * 10  # each poller may have been in a receive
        stays_for(lambda: cap <= calls["messages"] <= cap + overshoot, 1, "the cap")
        assert len(archiver._buffer) == calls["messages"]
        assert calls["DeleteMessageBatch"] == 0
        down.clear()
        until(archive.is_drained)

    assert sorted(row.event_id for row in archive.rows()) == sent_ids(sent)
