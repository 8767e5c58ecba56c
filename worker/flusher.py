"""Stores each batch on S3, one part for each hour in it, then deletes its messages."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from chalicelib import observability, times
from chalicelib.analytics import part
from chalicelib.aws.bucket import Bucket
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.queue import BATCH, UNCONFIRMED, Queue
from worker.buffer import BufferedEvent, MessageBuffer
from worker.counts import Counts
from worker.stop import Stop, full_jitter

_log = observability.logger(__name__)


class Flusher:
    """Flushes batches until the stop.

    Parts are written before their messages are deleted, so a failure in between archives an
    event twice and loses none; readers deduplicate by the event's id.
    """

    def __init__(  # noqa: PLR0913 its collaborators
        self,
        bucket: Bucket,
        queue: Queue,
        buffer: MessageBuffer,
        counts: Counts,
        stop: Stop,
        *,
        new_id: Callable[[], str],
        deleters: int,
        give_up_after_s: float,
        tracing: str = "active",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bucket = bucket
        self._queue = queue
        self._buffer = buffer
        self._counts = counts
        self._stop = stop
        self._new_id = new_id
        self._pool = ThreadPoolExecutor(deleters, thread_name_prefix="delete")
        self._give_up_after_s = give_up_after_s
        self._tracing = tracing
        self._clock = clock

    def run(self) -> None:
        """Flush what is due until the stop is requested and nothing is buffered."""
        while batch := self._buffer.take():
            with observability.traced(self._tracing, "archive-searches", batch[0].event.trace):
                self.flush(batch)

    def flush(self, batch: Sequence[BufferedEvent]) -> None:
        """Store the batch and delete its messages; at the end of the stop some remain held."""
        for hour, group in _group_by_hour(batch).items():
            if self._store(hour, group):
                self._delete([buffered.message_id for buffered in group])

    def _store(self, hour: datetime, group: Sequence[BufferedEvent]) -> bool:
        """Put one part, with retries until S3 confirms it or the stop ends."""
        key = part.key(hour, self._new_id())
        body = part.packed(buffered.event for buffered in group)
        fields = {"key": key, "records": len(group), "body_bytes": len(body)}
        attempt = 0
        while not self._stop.over.is_set():
            try:
                self._bucket.put(key, body, part.CONTENT_TYPE)
            except AWS_ERRORS as error:
                _log.warning("a part was not stored", extra={**fields, "cause": reason(error)})
                self._stop.sleep(full_jitter(attempt))
                attempt += 1
            else:
                _log.info("a part was stored", extra=fields)
                self._counts.add("parts")
                self._counts.add("archived", len(group))
                self._counts.last_flush_at = times.text(times.now())
                return True
        return False

    def _delete(self, message_ids: list[str]) -> None:
        """Delete until SQS confirms it, or until the messages are visible to others again."""
        deadline = self._clock() + self._give_up_after_s
        attempt = 0
        while message_ids := self._delete_once(message_ids):
            if self._stop.over.is_set():
                return
            if self._clock() >= deadline:
                _log.error("archived messages stay queued", extra={"messages": len(message_ids)})
                self._buffer.drop(message_ids)
                return
            self._stop.sleep(full_jitter(attempt))
            attempt += 1

    def _delete_once(self, message_ids: Sequence[str]) -> list[str]:
        """Try each message once, ten a call; return those to try again."""
        batches = [message_ids[i : i + BATCH] for i in range(0, len(message_ids), BATCH)]
        return [
            message_id
            for left in self._pool.map(self._delete_batch, batches)
            for message_id in left
        ]

    def _delete_batch(self, message_ids: Sequence[str]) -> list[str]:
        handles = self._buffer.receipt_handles(message_ids)
        leased = list(handles)
        try:
            refused = self._queue.delete_all(list(handles.values()))
        except AWS_ERRORS as error:
            _log.warning("messages were not deleted", extra={"cause": reason(error)})
            return leased
        again = {leased[entry.position] for entry in refused if entry.code == UNCONFIRMED}
        done = [message_id for message_id in leased if message_id not in again]
        if len(refused) > len(again):
            _log.warning(
                "SQS refused to delete", extra={"codes": [entry.code for entry in refused]}
            )
        self._counts.add("deleted", len(leased) - len(refused))
        self._buffer.drop(done)
        return sorted(again)


def _group_by_hour(batch: Sequence[BufferedEvent]) -> dict[datetime, list[BufferedEvent]]:
    groups: dict[datetime, list[BufferedEvent]] = defaultdict(list)
    for buffered in batch:
        groups[buffered.event.at.replace(minute=0, second=0, microsecond=0)].append(buffered)
    return groups
