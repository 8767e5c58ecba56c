"""Stores each batch on S3, one part for each hour in it, then deletes its messages."""

import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import KW_ONLY, dataclass
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


@dataclass(frozen=True, slots=True)
class Flusher:
    """Flushes batches until the stop.

    Parts are written before their messages are deleted, so a failure in between archives an
    event twice and loses none; readers deduplicate by the event's id. The calls that
    delete run in `pool`.
    """

    bucket: Bucket
    queue: Queue
    buffer: MessageBuffer
    counts: Counts
    stop: Stop
    _: KW_ONLY
    new_id: Callable[[], str]
    pool: Executor
    give_up_after_s: float
    tracing: str = "active"
    clock: Callable[[], float] = time.monotonic

    def run(self) -> None:
        """Flush what is due until the stop is requested and nothing is buffered."""
        while batch := self.buffer.take():
            with observability.trace(self.tracing, "archive-searches", batch[0].event.trace):
                self.flush(batch)

    def flush(self, batch: Sequence[BufferedEvent]) -> None:
        """Store the batch and delete its messages; at the end of the stop some remain held."""
        for hour, group in _group_by_hour(batch).items():
            if self._store(hour, group):
                self._delete([buffered.message_id for buffered in group])

    def _store(self, hour: datetime, group: Sequence[BufferedEvent]) -> bool:
        """Put one part, with retries until S3 confirms it or the stop ends."""
        key = part.key(hour, self.new_id())
        body = part.compress(buffered.event for buffered in group)
        fields = {"key": key, "records": len(group), "body_bytes": len(body)}
        attempt = 0
        while not self.stop.over.is_set():
            try:
                self.bucket.put(key, body, part.CONTENT_TYPE)
            except AWS_ERRORS as error:
                _log.warning("a part was not stored", extra={**fields, "cause": reason(error)})
                self.stop.sleep(full_jitter(attempt))
                attempt += 1
            else:
                _log.info("a part was stored", extra=fields)
                self.counts.add("parts")
                self.counts.add("archived", len(group))
                self.counts.last_flush_at = times.text(times.now())
                return True
        return False

    def _delete(self, message_ids: list[str]) -> None:
        """Delete until SQS confirms it, or until the messages are visible to others again."""
        deadline = self.clock() + self.give_up_after_s
        attempt = 0
        while message_ids := self._delete_once(message_ids):
            if self.stop.over.is_set():
                return
            if self.clock() >= deadline:
                _log.error("archived messages stay queued", extra={"messages": len(message_ids)})
                self.buffer.drop(message_ids)
                return
            self.stop.sleep(full_jitter(attempt))
            attempt += 1

    def _delete_once(self, message_ids: Sequence[str]) -> list[str]:
        """Try each message once, ten a call; return those to try again."""
        batches = [message_ids[i : i + BATCH] for i in range(0, len(message_ids), BATCH)]
        return [
            message_id for left in self.pool.map(self._delete_batch, batches) for message_id in left
        ]

    def _delete_batch(self, message_ids: Sequence[str]) -> list[str]:
        handles = self.buffer.receipt_handles(message_ids)
        leased = list(handles)
        try:
            refused = self.queue.delete_all(list(handles.values()))
        except AWS_ERRORS as error:
            _log.warning("messages were not deleted", extra={"cause": reason(error)})
            return leased
        again = {leased[entry.position] for entry in refused if entry.code == UNCONFIRMED}
        done = [message_id for message_id in leased if message_id not in again]
        if len(refused) > len(again):
            _log.warning(
                "SQS refused to delete", extra={"codes": [entry.code for entry in refused]}
            )
        self.counts.add("deleted", len(leased) - len(refused))
        self.buffer.drop(done)
        return sorted(again)


def _group_by_hour(batch: Sequence[BufferedEvent]) -> dict[datetime, list[BufferedEvent]]:
    groups: dict[datetime, list[BufferedEvent]] = defaultdict(list)
    for buffered in batch:
        groups[buffered.event.at.replace(minute=0, second=0, microsecond=0)].append(buffered)
    return groups
