"""What operators use: the pipeline, its dead letters, redrives of whole queues."""

import time
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.aws import API, EXTRA, LETTERS
from chalicelib.aws.changes import latest_write_time
from chalicelib.aws.metrics import Metrics
from chalicelib.aws.queue import Queue, Received, RefusedEntry
from chalicelib.operations.dead_letter_queue import DeadLetterQueue, GiveBack
from chalicelib.operations.dead_letters import DeadLetterService
from chalicelib.operations.deaths import Deaths, QueueDeaths, StreamDeaths
from chalicelib.operations.jobs import Jobs
from chalicelib.operations.letter_summaries import DeadLetterSummarizer
from chalicelib.operations.pipeline import Watch, WatchedQueue, WatchedStream
from chalicelib.operations.store import JobStore

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring


SUMMARY_BUDGET_S = 12.0  # a window's own, and the calls that are under way at its end


class OperationsWiring:
    """The parts that operators use."""

    def __init__(self, wiring: "Wiring") -> None:
        self._wiring = wiring

    @cached_property
    def watch(self) -> Watch:
        """What looks at every event-driven part."""
        wiring, sqs = self._wiring, self._wiring.aws.client("sqs")
        watched = wiring.settings.watched
        return Watch(
            [
                WatchedQueue(label, Queue(sqs, queue.url), Queue(sqs, queue.dead_letters_url))
                for label, queue in watched.queues.items()
            ],
            [
                WatchedStream(stream.handler, stream.function, Queue(sqs, stream.failures_url))
                for stream in watched.streams.values()
            ],
            wiring.state(API),
            lambda: Metrics(wiring.aws.client("cloudwatch", EXTRA)),
            now=times.now,
        )

    @cached_property
    def dead_letters(self) -> DeadLetterService:
        """What shows, redrives and deletes chosen dead letters."""
        return DeadLetterService(self._letters, self._deaths, self._wiring.state_bulk())

    @cached_property
    def summaries(self) -> DeadLetterSummarizer:
        """What shows the dead letters of every queue by reason."""
        runner = self._wiring.part_runner(SUMMARY_BUDGET_S)
        return DeadLetterSummarizer(self._letters, self._deaths, runner)

    @cached_property
    def jobs(self) -> Jobs:
        """Redrives of whole queues."""
        wiring = self._wiring
        return Jobs(
            JobStore(wiring.aws.client("dynamodb"), wiring.state_table(API), time.time),
            self._letters,
            Queue(wiring.aws.client("sqs"), wiring.settings.jobs_queue_url),
            wiring.cursors,
            now=times.now,
            new_id=wiring.new_id,
        )

    @cached_property
    def _letters(self) -> dict[str, DeadLetterQueue]:
        """The dead letters by the label of their queue or stream."""
        aws, watched = self._wiring.aws, self._wiring.settings.watched
        sqs, patient = aws.client("sqs"), aws.client("sqs", LETTERS)
        queues = {
            label: DeadLetterQueue(
                Queue(patient, queue.dead_letters_url),
                Queue(sqs, queue.url).forward,
                trying=Queue(sqs, queue.url).total,
            )
            for label, queue in watched.queues.items()
        }
        streams = {
            label: DeadLetterQueue(
                Queue(patient, stream.failures_url), self._give_back(stream.handler)
            )
            for label, stream in watched.streams.items()
        }
        return queues | streams

    @cached_property
    def _deaths(self) -> dict[str, Deaths]:
        """How the dead letters came about, by the same labels."""
        watched, state = self._wiring.settings.watched, self._wiring.state_bulk()
        queues: dict[str, Deaths] = {
            label: QueueDeaths(state, label, queue.function, queue.max_receives)
            for label, queue in watched.queues.items()
        }
        return queues | {
            label: StreamDeaths(stream.handler) for label, stream in watched.streams.items()
        }

    def _give_back(self, handler: str) -> GiveBack:
        """What handles again the records that a stream's handler gave up."""
        again: dict[str, GiveBack] = {
            "announce_orders": self._announce_again,
            "deliver_messages": _leave_to_the_tick,
        }
        return again[handler]

    def _announce_again(self, letters: Sequence[Received]) -> list[RefusedEntry]:
        """A stream's failures are positions: what was stored by then and waits is announced."""
        stored_by = max(latest_write_time(letter) for letter in letters)
        self._wiring.orders.announcer.announce_pending(stored_by)
        return []


def _leave_to_the_tick(_: Sequence[Received]) -> list[RefusedEntry]:
    """A delivery that the stream gave up is due in the table: the tick looks at it again."""
    return []
