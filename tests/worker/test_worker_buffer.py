import threading

import pytest
from support.waiting import until
from worker_fakes import FakeClock, message

from chalicelib.analytics.model import parse_message
from worker.buffer import CAP_FLUSHES, FlushLimits, MessageBuffer

LIMITS = FlushLimits(records=3, bytes=10_000, after_s=30)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def buffer(clock):
    return MessageBuffer(LIMITS, clock)


def _hold(buffer, *numbers, body=None, handle=None):
    for number in numbers:
        received = message(number, body, handle)
        event = parse_message(
            received.body, message_id=received.message_id, sent_at_ms=received.sent_at_ms
        )
        buffer.hold(received, event)


def _ids(batch):
    return [record.message_id for record in batch]


def _taken_in_background(buffer):
    taken = []
    threading.Thread(target=lambda: taken.append(buffer.take()), daemon=True).start()
    return taken


def test_a_batch_is_due_when_it_is_full(buffer):
    _hold(buffer, 1, 2, 3, 4)

    assert _ids(buffer.take()) == ["m-1", "m-2", "m-3"]


def test_a_batch_is_due_when_it_is_large(clock):
    buffer = MessageBuffer(FlushLimits(records=1_000, bytes=100, after_s=30), clock)
    _hold(buffer, 1, 2, 3, 4, body='{"user":"' + "x" * 41 + '"}')  # 52 bytes

    assert _ids(buffer.take()) == ["m-1", "m-2"]


def test_a_batch_is_due_when_its_oldest_message_is_old(buffer, clock):
    _hold(buffer, 1)
    clock.now_s += 29
    _hold(buffer, 2)
    clock.now_s += 1

    assert _ids(buffer.take()) == ["m-1", "m-2"]


def test_a_small_young_batch_waits(buffer, clock):
    _hold(buffer, 1)
    clock.now_s += 29

    assert not buffer._is_due()
    assert buffer._until_due_s() == 1


def test_a_waiting_flusher_wakes_when_the_batch_is_full(buffer):
    taken = _taken_in_background(buffer)

    _hold(buffer, 1, 2, 3)

    until(lambda: taken)
    assert _ids(taken[0]) == ["m-1", "m-2", "m-3"]


def test_the_age_counts_from_the_oldest_that_is_left(buffer, clock):
    _hold(buffer, 1, 2, 3)
    clock.now_s += 20
    _hold(buffer, 4)
    buffer.take()

    assert buffer._until_due_s() == 30


def test_at_the_stop_whatever_is_buffered_is_due_and_then_nothing(buffer):
    _hold(buffer, 1)
    buffer.stop()

    assert _ids(buffer.take()) == ["m-1"]
    assert buffer.take() == []


def test_the_stop_wakes_a_waiting_flusher(buffer):
    taken = _taken_in_background(buffer)

    buffer.stop()

    until(lambda: taken == [[]])


def test_there_is_no_room_beyond_a_few_flushes_whether_buffered_or_taken(buffer):
    _hold(buffer, *range(CAP_FLUSHES * LIMITS.records))
    assert not buffer.wait_for_room(0)

    buffer.take()
    assert not buffer.wait_for_room(0)

    buffer.drop(["m-0"])
    assert buffer.wait_for_room(0)


def test_there_is_no_room_beyond_a_few_flushes_of_bytes(clock):
    buffer = MessageBuffer(FlushLimits(records=1_000, bytes=100, after_s=30), clock)
    _hold(buffer, 1, body='{"user":"' + "x" * 400 + '"}')

    assert not buffer.wait_for_room(0)


def test_a_message_delivered_again_while_held_is_buffered_once_with_its_newest_handle(buffer):
    _hold(buffer, 1)
    _hold(buffer, 1, handle="newer")
    buffer.stop()

    assert _ids(buffer.take()) == ["m-1"]
    assert buffer.take() == []
    assert buffer.receipt_handles(["m-1"]) == {"m-1": "newer"}


def test_only_leases_of_an_age_are_renewed(buffer, clock):
    _hold(buffer, 1)
    clock.now_s += 30
    _hold(buffer, 2)
    clock.now_s += 10
    assert buffer.list_leased(older_than_s=40) == ["m-1"]

    buffer.renew(["m-1"])
    assert buffer.list_leased(older_than_s=40) == []


def test_a_dropped_message_is_held_no_more(buffer):
    _hold(buffer, 1, 2)
    buffer.drop(["m-1", "m-1", "m-7"])

    assert buffer.list_leased() == ["m-2"]
    assert buffer.receipt_handles(["m-1", "m-2"]) == {"m-2": "r-2"}
    assert len(buffer) == 1
