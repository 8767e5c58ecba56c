import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import msgspec
import pytest
from aws_xray_sdk.core import xray_recorder
from worker_fakes import DENIED, DOWN, FakeBucket, FakeClock, FakeQueue, message, refused

from chalicelib.analytics import part
from chalicelib.analytics.model import parse_message
from worker.buffer import FlushLimits, MessageBuffer
from worker.counts import Counts
from worker.flusher import Flusher
from worker.stop import Stop

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


class Flushing:
    def __init__(self, tracing="active"):
        self.queue = FakeQueue()
        self.bucket = FakeBucket()
        self.clock = FakeClock()
        self.buffer = MessageBuffer(FlushLimits(records=100, bytes=100_000, after_s=30), self.clock)
        self.counts = Counts()
        self.stop = Stop(1)
        self.pauses_s = []
        self.stop.sleep = self.pauses_s.append
        numbers = iter(range(100))
        self.flusher = Flusher(
            self.bucket,
            self.queue,
            self.buffer,
            self.counts,
            self.stop,
            new_id=lambda: f"ID{next(numbers)}",
            pool=ThreadPoolExecutor(2),
            give_up_after_s=120,
            tracing=tracing,
            clock=self.clock,
        )

    def flush(self, *messages, trace=None):
        for received in messages:
            event = parse_message(
                received.body, message_id=received.message_id, sent_at_ms=0, trace=trace
            )
            self.buffer.hold(received, event)
        self.buffer.stop()
        self.flusher.run()

    def parse_message(self):
        parts = self.bucket.objects.items()
        return {key: [e.user for e in part.decompress(body).events] for key, body in parts}


@pytest.fixture
def on():
    return Flushing()


def _at(number, at):
    return message(number, body=f'{{"user":"u-{number}","at":"{at}"}}')


def test_a_batch_becomes_one_part_and_leaves_the_queue(on):
    on.flush(*[message(n) for n in range(25)])

    assert on.parse_message() == {
        "searches/dt=2026-01-02/hour=03/part-ID0.ndjson.gz": [f"u-{n}" for n in range(25)]
    }
    assert sorted(on.queue.deleted) == sorted(f"r-{n}" for n in range(25))
    assert on.buffer.list_leased() == []
    assert on.counts.get("parts", "archived", "deleted") == {
        "parts": 1,
        "archived": 25,
        "deleted": 25,
    }
    assert on.counts.last_flush_at is not None


def test_each_event_goes_to_the_hour_of_its_own_time_in_utc(on):
    on.flush(
        _at(1, "2026-01-02T03:59:59.999999Z"),
        _at(2, "2026-01-02T04:00:00Z"),
        _at(3, "2026-01-02T00:30:00-04:00"),
        _at(4, "2025-12-31T23:30:00-01:00"),
    )

    assert on.parse_message() == {
        "searches/dt=2026-01-02/hour=03/part-ID0.ndjson.gz": ["u-1"],
        "searches/dt=2026-01-02/hour=04/part-ID1.ndjson.gz": ["u-2", "u-3"],
        "searches/dt=2026-01-01/hour=00/part-ID2.ndjson.gz": ["u-4"],
    }


def test_nothing_is_deleted_before_the_put_is_confirmed(on):
    on.bucket.failures = [DOWN, DENIED, DOWN]
    deleted_at_put = []
    put = on.bucket.put
    on.bucket.put = lambda *args: (deleted_at_put.append(list(on.queue.deleted)), put(*args))

    on.flush(message(1))

    assert deleted_at_put == [[]] * 4
    assert on.queue.deleted == ["r-1"]


def test_a_failed_put_is_tried_again_under_the_same_key(on):
    on.bucket.failures = [DOWN, DOWN]

    on.flush(message(1))

    assert on.bucket.attempts == ["searches/dt=2026-01-02/hour=03/part-ID0.ndjson.gz"] * 3
    assert len(on.pauses_s) == 2


def test_when_the_stop_is_over_what_is_not_stored_stays_held(on):
    on.bucket.failures = [DOWN] * 9
    on.stop.sleep = lambda _: on.stop.over.set()

    on.flush(message(1))

    assert on.queue.deleted == []
    assert on.buffer.list_leased() == ["m-1"]


def test_a_delete_that_fails_is_tried_again_without_another_put(on):
    on.queue.failures = [DOWN]

    on.flush(message(1))

    assert on.queue.deleted == ["r-1"]
    assert len(on.bucket.attempts) == 1


def test_only_the_messages_that_were_not_deleted_are_deleted_again(on):
    on.queue.refusals = [[refused(0), refused(2)]]

    on.flush(*[message(n) for n in range(4)])

    assert on.queue.deleted == ["r-1", "r-3", "r-0", "r-2"]
    assert on.counts.get("deleted") == {"deleted": 4}


def test_a_receipt_handle_that_sqs_refuses_is_not_tried_again(on):
    on.queue.refusals = [[refused(0, "ReceiptHandleIsInvalid")]]

    on.flush(*[message(n) for n in range(2)])

    assert on.queue.deleted == ["r-1"]
    assert on.buffer.list_leased() == []


def test_deleting_is_given_up_when_another_receive_has_the_messages_anyway(on):
    on.queue.failures = [DOWN] * 9
    on.stop.sleep = lambda _: setattr(on.clock, "now_s", on.clock.now_s + 60)

    on.flush(message(1))

    assert len(on.queue.failures) == 6
    assert on.buffer.list_leased() == []


def test_the_newest_receipt_handle_deletes(on):
    on.flush(message(1, handle="older"), message(1, handle="newer"))

    assert on.queue.deleted == ["newer"]


def test_archived_lines_carry_the_message_and_its_trace(on):
    on.flush(message(1), trace=TRACE)

    [body] = on.bucket.objects.values()
    assert msgspec.to_builtins(part.decompress(body).events[0]) == {
        "event_id": "m-1",
        "user": "u-1",
        "action": "search",
        "at": "2026-01-02T03:04:05Z",
        "found": None,
        "request_id": None,
        "searched_by": None,
        "v": 0,
        "message_id": "m-1",
        "trace": TRACE,
    }


def test_with_the_sdk_a_flush_is_a_segment_of_the_callers_trace():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as daemon:
        daemon.bind(("127.0.0.1", 0))
        daemon.settimeout(10)
        xray_recorder.configure(daemon_address=f"127.0.0.1:{daemon.getsockname()[1]}")

        Flushing(tracing="sdk").flush(message(1), trace=TRACE)

        segment = msgspec.json.decode(daemon.recv(65_536).split(b"\n", 1)[1])
    assert segment["name"] == "archive-searches"
    assert segment["trace_id"] == "1-5759e988-bd862e3fe1be46a994272793"
    assert segment["parent_id"] == "53995c3f42cd8ad8"


def test_the_oldest_time_there_is_has_an_hour(on):
    on.flush(_at(1, "0001-01-01T00:00:00Z"))

    assert part.hour_of(next(iter(on.parse_message()))) == datetime(1, 1, 1, tzinfo=UTC)
