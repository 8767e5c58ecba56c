"""The stop, the visibility extender, the heartbeat and the health file."""

import os
import threading
import time

import pytest
from support.waiting import until
from worker_fakes import DOWN, FakeClock, FakeQueue, FakeState, message

from chalicelib.analytics.model import parse_message
from chalicelib.aws.queue import UNCONFIRMED, RefusedEntry
from chalicelib.errors import InvalidInput
from worker.buffer import FlushLimits, MessageBuffer
from worker.counts import Counts
from worker.health import MAX_AGE_S, HealthFile
from worker.heartbeat import Heartbeat
from worker.stop import MAX_S, Stop, full_jitter
from worker.visibility import VisibilityExtender


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def buffer(clock):
    return MessageBuffer(FlushLimits(records=1_000, bytes=10**6, after_s=30), clock)


def _hold(buffer, *numbers):
    for number in numbers:
        received = message(number)
        buffer.hold(received, parse_message(received.body, message_id="m", sent_at_ms=0))


def _extender(queue, buffer, heartbeat_s=40):
    stop = Stop(1)
    return VisibilityExtender(
        queue, buffer, stop, heartbeat_s=heartbeat_s, visibility_timeout_s=120
    ), stop


def test_what_is_held_for_a_heartbeat_is_extended(clock, buffer):
    queue = FakeQueue()
    extender, _ = _extender(queue, buffer)
    _hold(buffer, *range(11))
    clock.now_s += 39
    _hold(buffer, 11)
    clock.now_s += 1

    extender.extend()

    assert sorted(queue.hidden) == sorted((f"r-{n}", 120) for n in range(11))


def test_what_was_extended_is_due_again_a_heartbeat_later(clock, buffer):
    queue = FakeQueue()
    extender, _ = _extender(queue, buffer)
    _hold(buffer, 1)
    for _ in range(3):
        clock.now_s += 40
        extender.extend()
        extender.extend()

    assert queue.hidden == [("r-1", 120)] * 3


def test_a_failed_extension_is_due_at_the_next_check(clock, buffer):
    queue = FakeQueue()
    queue.failures = [DOWN]
    extender, _ = _extender(queue, buffer)
    _hold(buffer, 1)
    clock.now_s += 40

    extender.extend()
    assert queue.hidden == []

    extender.extend()
    assert queue.hidden == [("r-1", 120)]


def test_of_a_batch_only_what_sqs_failed_to_extend_is_due_at_the_next_check(clock, buffer):
    queue = FakeQueue()
    queue.refused_to_hide = [
        [RefusedEntry(0, UNCONFIRMED), RefusedEntry(1, "ReceiptHandleIsInvalid")]
    ]
    extender, _ = _extender(queue, buffer)
    _hold(buffer, 1, 2, 3)
    clock.now_s += 40

    extender.extend()
    assert queue.hidden == [("r-3", 120)]

    extender.extend()
    assert queue.hidden == [("r-3", 120), ("r-1", 120)]


def test_the_keeper_checks_until_the_stop_is_over(buffer, clock):
    queue = FakeQueue()
    extender, stop = _extender(queue, buffer, heartbeat_s=0.02)
    _hold(buffer, 1)
    clock.now_s += 1
    thread = threading.Thread(target=extender.run, daemon=True)
    thread.start()
    stop.request()

    until(lambda: queue.hidden)

    stop.over.set()
    thread.join(5)
    assert not thread.is_alive()


def test_back_off_is_full_jitter_from_a_tenth_of_a_second_to_twenty():
    first, later = ([full_jitter(attempt) for _ in range(400)] for attempt in (0, 5_000))

    assert 0 <= min(first) < 0.02
    assert 0.08 < max(first) <= 0.1
    assert 0 <= min(later) < 2
    assert 18 < max(later) <= MAX_S


def test_a_requested_stop_ends_a_long_pause():
    stop = Stop(25)
    threading.Timer(0.05, stop.request).start()
    began = time.monotonic()

    stop.sleep(20)

    assert time.monotonic() - began < 5


def test_the_budget_runs_from_the_request_on(clock):
    stop = Stop(25, clock)
    clock.now_s += 100
    assert stop.remaining_s() == 25

    stop.request()
    clock.now_s += 10
    assert stop.remaining_s() == 15
    assert stop.remaining_s(reserve_s=6) == 9

    clock.now_s += 100
    assert stop.remaining_s() == 0


def test_the_heartbeat_says_what_was_done_and_is_held(buffer):
    state, counts = FakeState(), Counts()
    counts.add("received", 7)
    counts.last_flush_at = "2026-01-02T03:04:05Z"
    _hold(buffer, 1, 2)

    Heartbeat(state, buffer, counts, Stop(1), worker_id="w-1").beat("running")

    facts = state.beats["worker#w-1"]
    assert facts.pop("at") >= facts.pop("started_at")
    assert facts == {
        "status": "running",
        "last_flush_at": "2026-01-02T03:04:05Z",
        "buffered": 2,
        "received": 7,
        "archived": 0,
        "deleted": 0,
        "malformed": 0,
        "parts": 0,
    }


def test_a_heartbeat_that_cannot_be_written_stops_nothing(buffer):
    heartbeat = Heartbeat(FakeState(DOWN), buffer, Counts(), Stop(1), worker_id="w-1")

    heartbeat.beat("running")


def test_a_worker_id_that_could_be_no_key_is_refused(buffer):
    with pytest.raises(InvalidInput, match="WORKER_ID"):
        Heartbeat(FakeState(), buffer, Counts(), Stop(1), worker_id="a#b")


def test_the_health_file_is_fresh_for_a_minute(tmp_path):
    health = HealthFile(str(tmp_path / "health"))
    assert not health.is_fresh()

    health.touch()
    assert health.is_fresh()

    aged = time.time() - MAX_AGE_S - 1
    os.utime(tmp_path / "health", (aged, aged))
    assert not health.is_fresh()

    health.touch()
    health.remove()
    health.remove()
    assert not health.is_fresh()
