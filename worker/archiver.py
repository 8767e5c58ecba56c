"""The worker as a whole: its threads, and the order in which it stops."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import ulid

from chalicelib import observability, times
from chalicelib.aws.bucket import Bucket
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.last_failures import LastFailures
from chalicelib.aws.queue import Queue
from chalicelib.aws.session import LONG_POLL, WORKER, Aws
from chalicelib.aws.state import State
from chalicelib.aws.table import Table
from chalicelib.settings import WorkerSettings
from worker.buffer import FlushLimits, MessageBuffer
from worker.counts import Counts
from worker.flusher import Flusher
from worker.health import HealthFile
from worker.heartbeat import Heartbeat
from worker.poller import Poller
from worker.stop import Stop
from worker.visibility import VisibilityExtender

RELEASE_SHARE = 0.25  # of the stop budget, kept for giving back what could not be flushed
SEARCHES, FUNCTION = "searches", "worker"  # by which operators know the queue, and who reads it
POLL_GRACE_S = 0.75  # for polls that SQS is serving; an idle one may last 20 s more

_log = observability.logger(__name__)


class Adapters(NamedTuple):
    """The worker's clients. `polls` is the same queue with a client for long polls."""

    polls: Queue
    queue: Queue
    bucket: Bucket
    state: State
    last_failures: LastFailures


def connect(settings: WorkerSettings, aws: Aws) -> Adapters:
    """Make the adapters for AWS or the emulator."""
    polls = aws.client("sqs", LONG_POLL, connections=settings.pollers)
    queue = aws.client("sqs", WORKER, connections=settings.pollers + 2)
    table = Table(aws.client("dynamodb", WORKER), settings.state_table)
    return Adapters(
        polls=Queue(polls, settings.search_queue_url),
        queue=Queue(queue, settings.search_queue_url),
        bucket=Bucket(aws.client("s3", WORKER), settings.analytics_bucket),
        state=State(table),
        # The worker's errors are texts of its own that quote nothing.
        last_failures=LastFailures(table, mask=str, now=times.now),
    )


class Archiver:
    """Pollers, a flusher, a visibility extender and a heartbeat, each in daemon threads.

    Daemons, since a long poll cannot be cut short and must not hold the exit. What SQS hands to
    a poll that nobody waits for any more comes back after its visibility timeout.
    """

    def __init__(self, settings: WorkerSettings, on: Adapters) -> None:
        self.crashed = threading.Event()
        self._settings = settings
        self._queue = on.queue
        self._stop = Stop(settings.stop_budget_s)
        self._buffer = MessageBuffer(
            FlushLimits(settings.flush_records, settings.flush_bytes, settings.flush_after_s)
        )
        self._health = HealthFile(settings.health_file)
        counts = Counts()
        self._heartbeat = Heartbeat(
            on.state, self._buffer, counts, self._stop, worker_id=settings.worker_id
        )
        self._extender = VisibilityExtender(
            on.queue,
            self._buffer,
            self._stop,
            heartbeat_s=settings.heartbeat_s,
            visibility_timeout_s=settings.visibility_timeout_s,
        )
        self._flusher = Flusher(
            on.bucket,
            on.queue,
            self._buffer,
            counts,
            self._stop,
            new_id=lambda: str(ulid.ULID()),
            pool=ThreadPoolExecutor(settings.pollers, thread_name_prefix="delete"),
            give_up_after_s=settings.visibility_timeout_s,
            tracing=settings.tracing,
        )
        self._pollers = [
            Poller(
                on.polls,
                self._buffer,
                self._health,
                counts,
                self._stop,
                visibility_timeout_s=settings.visibility_timeout_s,
                note=partial(on.last_failures.note, SEARCHES, FUNCTION),
            )
            for _ in range(settings.pollers)
        ]
        self._flushing: threading.Thread | None = None
        self._polling: list[threading.Thread] = []

    def start(self) -> None:
        """Start every thread."""
        self._health.remove()
        self._flushing = self._spawn("flusher", self._flusher.run)
        self._spawn("visibility", self._extender.run)
        self._spawn("heartbeat", self._heartbeat.run)
        self._polling = [
            self._spawn(f"poller-{number}", poller.run)
            for number, poller in enumerate(self._pollers)
        ]
        _log.info("the worker started", extra={"pollers": len(self._pollers)})

    def stop(self) -> None:
        """Stop polling, flush, give back what could not be flushed; within the stop budget."""
        self._stop.request()
        self._buffer.stop()
        reserve_s = self._settings.stop_budget_s * RELEASE_SHARE
        self._join([self._flushing] if self._flushing else [], reserve_s)
        self._await_polls(reserve_s)
        self._stop.over.set()
        left = self._buffer.list_leased()
        if left:
            self._release(left)
            self._await_polls()  # our own idle polls are the first to get what was given back
        self._join([self._spawn("last-heartbeat", lambda: self._heartbeat.beat("stopped"))])
        self._health.remove()
        _log.info("the worker stopped", extra={"given_back": len(left)})

    def _await_polls(self, reserve_s: float = 0.0) -> None:
        self._join(self._polling, max(reserve_s, self._stop.remaining_s() - POLL_GRACE_S))

    def _release(self, message_ids: list[str]) -> None:
        """Give messages back to the queue, on as many threads as there are pollers."""
        handles = list(self._buffer.receipt_handles(message_ids).values())
        shares = [handles[first :: len(self._pollers)] for first in range(len(self._pollers))]
        self._join([self._spawn("release", self._give_back(share)) for share in shares if share])

    def _give_back(self, handles: list[str]) -> Callable[[], None]:
        def give_back() -> None:
            try:
                self._queue.change_visibility_all(handles, 0)
            except AWS_ERRORS as error:  # they return when their visibility ends
                _log.warning("messages return late", extra={"cause": reason(error)})

        return give_back

    def _join(self, threads: list[threading.Thread], reserve_s: float = 0.0) -> None:
        for thread in threads:
            thread.join(self._stop.remaining_s(reserve_s))

    def _spawn(self, name: str, work: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=self._guard, args=(work,), name=name, daemon=True)
        thread.start()
        return thread

    def _guard(self, work: Callable[[], None]) -> None:
        """No thread dies silently: the process ends with it and the container starts anew."""
        try:
            work()
        except Exception:  # noqa: BLE001 whatever it is, the process must end
            self.crashed.set()
            _log.exception("a thread failed", extra={"role": threading.current_thread().name})
