import json
import logging
import threading
from functools import partial

import pytest
from support.waiting import until
from worker_fakes import DENIED, DOWN, FakeLastFailures, FakeQueue, message

from worker.buffer import CAP_FLUSHES, FlushLimits, MessageBuffer
from worker.counts import Counts
from worker.health import HealthFile
from worker.poller import LONG_POLL_S, MALFORMED_RETURN_S, Poller
from worker.stop import Stop

LIMITS = FlushLimits(records=5, bytes=10_000, after_s=30)


class Polling:
    def __init__(self, queue, tmp_path):
        self.queue = queue
        self.buffer = MessageBuffer(LIMITS)
        self.counts = Counts()
        self.stop = Stop(1)
        self.pauses_s = []
        self.stop.sleep = self.pauses_s.append
        self.health_file = tmp_path / "health"
        health = HealthFile(str(self.health_file))
        self.failures = FakeLastFailures()
        self.poller = Poller(
            queue,
            self.buffer,
            health,
            self.counts,
            self.stop,
            visibility_timeout_s=120,
            note=partial(self.failures.note, "searches", "worker"),
        )


@pytest.fixture
def polling(tmp_path):
    return lambda *arriving: Polling(FakeQueue(*arriving), tmp_path)


def test_a_received_event_is_held(polling):
    on = polling([message(1), message(2)])

    on.poller.poll()

    assert on.buffer.list_leased() == ["m-1", "m-2"]
    assert on.counts.get("received", "malformed") == {"received": 2, "malformed": 0}


def test_the_first_poll_returns_at_once_and_the_others_are_long(polling):
    on = polling()

    on.poller.poll()
    on.poller.poll()

    assert on.queue.waits_s == [0, LONG_POLL_S]


def test_a_failing_queue_is_polled_again_after_a_pause_and_then_shortly(polling):
    on = polling([], DOWN, DENIED, [message(1)])

    for _ in range(4):
        on.poller.poll()

    assert on.queue.waits_s == [0, LONG_POLL_S, 0, 0]
    assert len(on.pauses_s) == 2
    assert on.buffer.list_leased() == ["m-1"]


def test_a_poll_that_works_touches_the_health_file_and_one_that_fails_does_not(polling):
    on = polling(DOWN, [])

    on.poller.poll()
    assert not on.health_file.exists()

    on.poller.poll()
    assert on.health_file.exists()


def test_what_is_no_search_event_returns_soon_and_is_neither_held_nor_deleted(polling):
    on = polling([message(1, body="not json"), message(2)])

    on.poller.poll()

    assert on.buffer.list_leased() == ["m-2"]
    assert on.queue.hidden == [("r-1", MALFORMED_RETURN_S)]
    assert on.queue.deleted == []
    assert on.counts.get("malformed") == {"malformed": 1}


def test_a_malformed_message_is_logged_by_its_id_and_without_its_body(polling, caplog):
    on = polling([message(1, body='{"canary": "secret-7"}')])

    with caplog.at_level(logging.WARNING, logger="omnidata"):
        on.poller.poll()

    assert [record.message_id for record in caplog.records] == ["m-1"]
    assert "secret-7" not in json.dumps([vars(record) for record in caplog.records], default=str)


def test_why_a_message_is_no_search_event_is_stored_for_its_dead_letter(polling):
    on = polling([message(1, body="not json"), message(2)])

    on.poller.poll()

    assert on.failures.noted == [
        ("searches", "worker", "m-1", "the message is not a search event"),
    ]


def test_a_reason_that_cannot_be_stored_leaves_everything_else_as_it_is(polling):
    on = polling([message(1, body="not json"), message(2)])
    on.failures.error = DENIED

    on.poller.poll()

    assert on.queue.hidden == [("r-1", MALFORMED_RETURN_S)]
    assert on.buffer.list_leased() == ["m-2"]


def test_what_arrives_after_the_stop_goes_straight_back(polling):
    on = polling([message(1)])
    on.queue.on_receive = on.stop.request

    on.poller.run()

    assert on.queue.hidden == [("r-1", 0)]
    assert on.buffer.list_leased() == []


def test_what_cannot_be_given_back_does_not_end_the_poller(polling):
    on = polling([message(1, body="x")], [message(2)])
    on.queue.failures = [DOWN]

    on.poller.poll()
    on.poller.poll()

    assert on.buffer.list_leased() == ["m-2"]


def test_no_poll_is_made_at_the_cap_and_polling_goes_on_below_it(polling):
    full = [message(n) for n in range(CAP_FLUSHES * LIMITS.records)]
    on = polling(full, [message("next")])
    threading.Thread(target=on.poller.run, daemon=True).start()
    until(lambda: len(on.buffer) == len(full))
    assert on.queue.waits_s == [0]

    on.buffer.drop([item.message_id for item in full])

    until(lambda: "m-next" in on.buffer.list_leased())
    on.stop.request()
    on.buffer.stop()


def test_waiting_for_room_is_healthy(polling):
    full = [message(n) for n in range(CAP_FLUSHES * LIMITS.records)]
    on = polling(full)
    on.poller.poll()
    on.health_file.unlink()
    threading.Thread(target=on.poller.run, daemon=True).start()

    until(on.health_file.exists)
    on.stop.request()
    on.buffer.stop()
