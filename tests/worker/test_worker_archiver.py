import threading
import time

import pytest
from support.waiting import until
from worker_fakes import DOWN, FakeBucket, FakeLastFailures, FakeQueue, FakeState, message

from chalicelib.settings import worker_settings
from worker.archiver import Adapters, Archiver


class Running:
    """A worker on fakes. Its long polls return at once, so it polls hotly for a moment."""

    def __init__(self, tmp_path, *arriving, **variables):
        self.queue, self.bucket, self.state = FakeQueue(*arriving), FakeBucket(), FakeState()
        self.health_file = tmp_path / "health"
        settings = worker_settings(
            {
                "SQS_URL": "q",
                "BUCKET_NAME": "b",
                "STATE_TABLE": "s",
                "WORKER_ID": "w",
                "HEALTH_FILE": str(self.health_file),
                "STOP_BUDGET_S": "2",
                "POLLERS": "2",
                **variables,
            }
        )
        failures = FakeLastFailures()
        adapters = Adapters(self.queue, self.queue, self.bucket, self.state, failures)
        self.archiver = Archiver(settings, adapters)


@pytest.fixture
def running(tmp_path):
    return lambda *arriving, **variables: Running(tmp_path, *arriving, **variables)


def test_at_the_stop_what_is_buffered_is_flushed_and_deleted(running):
    on = running([message(1), message(2)])
    on.archiver.start()
    until(lambda: len(on.archiver._buffer) == 2)

    on.archiver.stop()

    assert len(on.bucket.objects) == 1
    assert sorted(on.queue.deleted) == ["r-1", "r-2"]
    assert on.state.beats["worker#w"]["status"] == "stopped"
    assert on.state.beats["worker#w"]["archived"] == 2
    assert not on.health_file.exists()


def test_at_the_stop_what_cannot_be_flushed_is_given_back_within_the_budget(running):
    on = running([message(1), message(2)])
    on.bucket.failures = [DOWN] * 1_000
    on.archiver.start()
    until(lambda: len(on.archiver._buffer) == 2)
    began = time.monotonic()

    on.archiver.stop()

    assert time.monotonic() - began < 2.5
    assert sorted(on.queue.hidden) == [("r-1", 0), ("r-2", 0)]
    assert on.queue.deleted == []


def test_an_open_long_poll_does_not_hold_the_stop(running):
    on = running()
    polled, never = threading.Semaphore(0), threading.Event()
    on.queue.on_receive = lambda: (polled.release(), never.wait())
    on.archiver.start()
    polled.acquire(timeout=5)
    began = time.monotonic()

    on.archiver.stop()

    assert time.monotonic() - began < 2
    never.set()


def test_calls_that_hang_do_not_hold_the_stop_beyond_the_budget(running):
    on = running([message(1)], STOP_BUDGET_S="1")
    never = threading.Event()
    on.bucket.put = on.queue.change_visibility_all = on.state.beat = lambda *_: never.wait()
    on.archiver.start()
    until(lambda: len(on.archiver._buffer) == 1)
    began = time.monotonic()

    on.archiver.stop()

    assert time.monotonic() - began < 2
    never.set()


def test_a_thread_that_fails_is_noticed(running):
    on = running([message(1)], FLUSH_AFTER_S="0")
    on.bucket.failures = [TypeError("a defect")]
    on.archiver.start()

    assert on.archiver.crashed.wait(5)
    on.archiver.stop()

    assert on.queue.hidden == [("r-1", 0)]


def test_a_health_file_of_an_earlier_run_is_removed(running):
    on = running(*[DOWN] * 1_000)
    on.health_file.touch()

    on.archiver.start()

    assert not on.health_file.exists()
    on.archiver.stop()


def test_an_idle_queue_does_not_delay_a_flush(running):
    on = running([message(1)], FLUSH_AFTER_S="0.2")
    never = threading.Event()
    on.queue.on_receive = lambda: never.wait() if len(on.queue.waits_s) > 1 else None
    on.archiver.start()

    until(lambda: on.queue.deleted == ["r-1"])

    on.archiver.stop()
    never.set()
