"""The stop, the keeper, the pulse and the health file."""

import os
import threading
import time

import pytest
from worker_fakes import DOWN, FakeClock, FakeQueue, FakeState, message, until

from chalicelib.analytics.model import event_of
from chalicelib.aws.queue import UNCONFIRMED, Refused
from chalicelib.errors import InvalidInput
from worker.counts import Counts
from worker.health import MAX_AGE_S, HealthFile
from worker.holdings import Holdings, Limits
from worker.keeper import Keeper
from worker.pulse import Pulse
from worker.stop import MAX_S, Stop, full_jitter


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def holdings(clock):
    return Holdings(Limits(records=1_000, bytes=10**6, after_s=30), clock)


def _hold(holdings, *numbers):
    for number in numbers:
        received = message(number)
        holdings.hold(received, event_of(received.body, message_id="m", sent_at_ms=0))


def _keeper(queue, holdings, heartbeat_s=40):
    stop = Stop(1)
    return Keeper(queue, holdings, stop, heartbeat_s=heartbeat_s, visibility_timeout_s=120), stop


def test_what_is_held_for_a_heartbeat_is_extended(clock, holdings):
    queue = FakeQueue()
    keeper, _ = _keeper(queue, holdings)
    _hold(holdings, *range(11))
    clock.now_s += 39
    _hold(holdings, 11)
    clock.now_s += 1

    keeper.extend()

    assert sorted(queue.hidden) == sorted((f"r-{n}", 120) for n in range(11))


def test_what_was_extended_is_due_again_a_heartbeat_later(clock, holdings):
    queue = FakeQueue()
    keeper, _ = _keeper(queue, holdings)
    _hold(holdings, 1)
    for _ in range(3):
        clock.now_s += 40
        keeper.extend()
        keeper.extend()

    assert queue.hidden == [("r-1", 120)] * 3


def test_a_failed_extension_is_due_at_the_next_check(clock, holdings):
    queue = FakeQueue()
    queue.failures = [DOWN]
    keeper, _ = _keeper(queue, holdings)
    _hold(holdings, 1)
    clock.now_s += 40

    keeper.extend()
    assert queue.hidden == []

    keeper.extend()
    assert queue.hidden == [("r-1", 120)]


def test_of_a_batch_only_what_sqs_failed_to_extend_is_due_at_the_next_check(clock, holdings):
    queue = FakeQueue()
    queue.refused_to_hide = [[Refused(0, UNCONFIRMED), Refused(1, "ReceiptHandleIsInvalid")]]
    keeper, _ = _keeper(queue, holdings)
    _hold(holdings, 1, 2, 3)
    clock.now_s += 40

    keeper.extend()
    assert queue.hidden == [("r-3", 120)]

    keeper.extend()
    assert queue.hidden == [("r-3", 120), ("r-1", 120)]


def test_the_keeper_checks_until_the_stop_is_over(holdings, clock):
    queue = FakeQueue()
    keeper, stop = _keeper(queue, holdings, heartbeat_s=0.02)
    _hold(holdings, 1)
    clock.now_s += 1
    thread = threading.Thread(target=keeper.run, daemon=True)
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


def test_the_heartbeat_says_what_was_done_and_is_held(holdings):
    state, counts = FakeState(), Counts()
    counts.add("received", 7)
    counts.last_flush_at = "2026-01-02T03:04:05Z"
    _hold(holdings, 1, 2)

    Pulse(state, holdings, counts, Stop(1), worker_id="w-1").beat("running")

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


def test_a_heartbeat_that_cannot_be_written_stops_nothing(holdings):
    pulse = Pulse(FakeState(DOWN), holdings, Counts(), Stop(1), worker_id="w-1")

    pulse.beat("running")


def test_a_worker_id_that_could_be_no_key_is_refused(holdings):
    with pytest.raises(InvalidInput, match="WORKER_ID"):
        Pulse(FakeState(), holdings, Counts(), Stop(1), worker_id="a#b")


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
