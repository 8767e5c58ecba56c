import threading

import pytest
from worker_fakes import FakeClock, message, until

from chalicelib.analytics.model import event_of
from worker.holdings import CAP_FLUSHES, Holdings, Limits

LIMITS = Limits(records=3, bytes=10_000, after_s=30)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def holdings(clock):
    return Holdings(LIMITS, clock)


def _hold(holdings, *numbers, body=None, handle=None):
    for number in numbers:
        received = message(number, body, handle)
        event = event_of(
            received.body, message_id=received.message_id, sent_at_ms=received.sent_at_ms
        )
        holdings.hold(received, event)


def _ids(batch):
    return [each.message_id for each in batch]


def _taken_in_background(holdings):
    taken = []
    threading.Thread(target=lambda: taken.append(holdings.take()), daemon=True).start()
    return taken


def test_a_batch_is_due_when_it_is_full(holdings):
    _hold(holdings, 1, 2, 3, 4)

    assert _ids(holdings.take()) == ["m-1", "m-2", "m-3"]


def test_a_batch_is_due_when_it_is_large(clock):
    holdings = Holdings(Limits(records=1_000, bytes=100, after_s=30), clock)
    _hold(holdings, 1, 2, 3, 4, body='{"user":"' + "x" * 41 + '"}')  # 52 bytes

    assert _ids(holdings.take()) == ["m-1", "m-2"]


def test_a_batch_is_due_when_its_oldest_message_is_old(holdings, clock):
    _hold(holdings, 1)
    clock.now_s += 29
    _hold(holdings, 2)
    clock.now_s += 1

    assert _ids(holdings.take()) == ["m-1", "m-2"]


def test_a_small_young_batch_waits(holdings, clock):
    _hold(holdings, 1)
    clock.now_s += 29

    assert not holdings._is_due()
    assert holdings._until_due_s() == 1


def test_a_waiting_flusher_wakes_when_the_batch_is_full(holdings):
    taken = _taken_in_background(holdings)

    _hold(holdings, 1, 2, 3)

    until(lambda: taken)
    assert _ids(taken[0]) == ["m-1", "m-2", "m-3"]


def test_the_age_counts_from_the_oldest_that_is_left(holdings, clock):
    _hold(holdings, 1, 2, 3)
    clock.now_s += 20
    _hold(holdings, 4)
    holdings.take()

    assert holdings._until_due_s() == 30


def test_at_the_stop_whatever_is_buffered_is_due_and_then_nothing(holdings):
    _hold(holdings, 1)
    holdings.stop()

    assert _ids(holdings.take()) == ["m-1"]
    assert holdings.take() == []


def test_the_stop_wakes_a_waiting_flusher(holdings):
    taken = _taken_in_background(holdings)

    holdings.stop()

    until(lambda: taken == [[]])


def test_there_is_no_room_beyond_a_few_flushes_whether_buffered_or_taken(holdings):
    _hold(holdings, *range(CAP_FLUSHES * LIMITS.records))
    assert not holdings.wait_for_room(0)

    holdings.take()
    assert not holdings.wait_for_room(0)

    holdings.drop(["m-0"])
    assert holdings.wait_for_room(0)


def test_there_is_no_room_beyond_a_few_flushes_of_bytes(clock):
    holdings = Holdings(Limits(records=1_000, bytes=100, after_s=30), clock)
    _hold(holdings, 1, body='{"user":"' + "x" * 400 + '"}')

    assert not holdings.wait_for_room(0)


def test_a_message_delivered_again_while_held_is_buffered_once_with_its_newest_handle(holdings):
    _hold(holdings, 1)
    _hold(holdings, 1, handle="newer")
    holdings.stop()

    assert _ids(holdings.take()) == ["m-1"]
    assert holdings.take() == []
    assert holdings.receipt_handles(["m-1"]) == {"m-1": "newer"}


def test_only_leases_of_an_age_are_renewed(holdings, clock):
    _hold(holdings, 1)
    clock.now_s += 30
    _hold(holdings, 2)
    clock.now_s += 10
    assert holdings.leased(older_than_s=40) == ["m-1"]

    holdings.renew(["m-1"])
    assert holdings.leased(older_than_s=40) == []


def test_a_dropped_message_is_held_no_more(holdings):
    _hold(holdings, 1, 2)
    holdings.drop(["m-1", "m-1", "m-7"])

    assert holdings.leased() == ["m-2"]
    assert holdings.receipt_handles(["m-1", "m-2"]) == {"m-2": "r-2"}
    assert len(holdings) == 1
