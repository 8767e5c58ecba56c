"""What operators use: the pipeline, its dead letters, redrives of whole queues."""

import time
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.aws import API, EXTRA, LETTERS
from chalicelib.aws.changes import given_up_by
from chalicelib.aws.metrics import Metrics
from chalicelib.aws.queue import Queue, Received, Refused
from chalicelib.operations.dead_letters import DeadLetterService
from chalicelib.operations.jobs import Jobs
from chalicelib.operations.letters import Letters
from chalicelib.operations.pipeline import Watch, WatchedQueue, WatchedStream
from chalicelib.operations.store import JobStore

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring

DEAD = "-dlq"  # what a dead-letter queue's name ends in, see infra/declared/kinds.py
ANNOUNCER = "announce_orders"


class OperationsWiring:
    """The parts that operators use."""

    def __init__(self, wiring: "Wiring") -> None:
        self._wiring = wiring

    @cached_property
    def watch(self) -> Watch:
        """What looks at every event-driven part."""
        wiring, sqs = self._wiring, self._wiring.aws.client("sqs")
        stage = wiring.settings.stage
        failures = Queue(sqs, wiring.settings.announce_failures_url)
        return Watch(
            [
                WatchedQueue(name, Queue(sqs, url), Queue(sqs, url + DEAD))
                for name, url in self._queue_urls().items()
            ],
            [WatchedStream(ANNOUNCER, f"omnidata-{stage}-{ANNOUNCER}", failures)],
            wiring.state(API),
            lambda: Metrics(wiring.aws.client("cloudwatch", EXTRA)),
            now=times.now,
        )

    @cached_property
    def dead_letters(self) -> DeadLetterService:
        """What shows, redrives and deletes chosen dead letters."""
        return DeadLetterService(self._letters)

    @cached_property
    def jobs(self) -> Jobs:
        """Redrives of whole queues."""
        wiring = self._wiring
        return Jobs(
            JobStore(wiring.aws.client("dynamodb"), wiring.state_table(API), time.time),
            self._letters,
            Queue(wiring.aws.client("sqs"), wiring.settings.jobs_queue_url),
            now=times.now,
            new_id=wiring.new_id,
        )

    def _queue_urls(self) -> dict[str, str]:
        """The queues by the names that operators use."""
        settings = self._wiring.settings
        return {
            "searches": settings.search_queue_url,
            "orders": settings.orders_queue_url,
            "logs": settings.logs_queue_url,
            "jobs": settings.jobs_queue_url,
        }

    @cached_property
    def _letters(self) -> dict[str, Letters]:
        """The dead letters by their queue's name."""
        aws = self._wiring.aws
        sqs, patient = aws.client("sqs"), aws.client("sqs", LETTERS)
        found = {
            name: Letters(Queue(patient, url + DEAD), Queue(sqs, url).forward)
            for name, url in self._queue_urls().items()
        }
        failures = Queue(patient, self._wiring.settings.announce_failures_url)
        return {**found, "announcements": Letters(failures, self._announce_again)}

    def _announce_again(self, letters: Sequence[Received]) -> list[Refused]:
        """A stream's failures are positions: what was stored by then and waits is announced."""
        stored_by = max(given_up_by(letter) for letter in letters)
        self._wiring.orders.announcer.announce_pending(stored_by)
        return []
