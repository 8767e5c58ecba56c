"""Reads one shard of a DynamoDB stream, starting after its checkpoint."""

import threading
import time
from collections.abc import Collection
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.failures import error_code, translate_errors
from chalicelib.observability import logger
from infra.local.event_sources.catch_up import CatchUpRunner
from infra.local.event_sources.checkpoints import Checkpoints
from infra.local.event_sources.stream_delivery import Delivery
from infra.local.event_sources.stream_event import (
    Record,
    build_stream_records,
    get_arrival_epoch_s,
    get_sequence_number,
)

POLL_S = 0.5  # between reads of an idle shard; Lambda polls four times per second
WINDOW_POLL_S = 0.1
PAGE = 1000  # GetRecords returns at most 1000 records
# The emulator's iterators are record counts that start at 0 when it restarts: an older iterator
# would skip records. A restart takes longer than this.
ITERATOR_GOOD_S = 0.2
LOST = frozenset({"ExpiredIteratorException", "TrimmedDataAccessException"})

_log = logger(__name__)


class ShardReader:
    """The only reader of a shard.

    The function receives records with these `event_names`, or all if there are none. Its catch-up
    runs before the first read, and before the reader continues after lost records.
    """

    def __init__(  # noqa: PLR0913 its parts
        self,
        client: Any,
        stream_arn: str,
        shard_id: str,
        *,
        batch_size: int,
        window_s: float,
        event_names: Collection[str],
        checkpoints: Checkpoints,
        delivery: Delivery,
        catch_up: CatchUpRunner,
    ) -> None:
        self._client = client
        self._stream_arn = stream_arn
        self._shard_id = shard_id
        self._batch_size = batch_size
        self._window_s = window_s
        self._event_names = event_names
        self._checkpoints = checkpoints
        self._delivery = delivery
        self._catch_up = catch_up
        self._position = checkpoints.find_position(shard_id)
        self._next_iterator: str | None = None
        self._next_monotonic_s = float("-inf")
        self._is_at_end = False
        self._is_closed = False
        self._oldest_pending_epoch_s: float | None = None

    def compute_lag_ms(self, epoch_s: float) -> int:
        """Age in ms of the oldest record that is being handled; 0 at the end of the shard."""
        oldest_s = self._oldest_pending_epoch_s
        return 0 if oldest_s is None else max(0, int((epoch_s - oldest_s) * 1000))

    def poll(self, stop: threading.Event) -> bool:
        """Read and deliver one batch; return True once the shard is closed and handled.

        Raises Unavailable if the stream or the failure queue does not respond.
        """
        is_done = False
        try:
            is_done = self._handle_next(stop)
        finally:
            if not is_done:
                self._return_to_checkpoint()
        if not is_done:
            return False
        if self._is_at_end and not (self._oldest_pending_epoch_s or self._is_closed):
            stop.wait(POLL_S)
        self._oldest_pending_epoch_s = None
        if self._is_closed:
            self._checkpoints.finish(self._shard_id)
        return self._is_closed

    def drain(self, stop: threading.Event) -> None:
        """Handle the remaining records after the stop, without retries: the emulator loses them."""
        self._return_to_checkpoint()
        self._is_at_end = False
        while not (self._is_at_end or self._is_closed) and self._handle_next(stop):
            pass

    def _handle_next(self, stop: threading.Event) -> bool:
        """Return whether all records that were read are handled; there may be none."""
        self._catch_up.run_if_due()
        records = self._gather(stop)
        if not self._delivery.deliver(records, stop):
            return False
        handled = self._checkpoints.find_position(self._shard_id)
        if self._position is not None and self._position != handled:
            self._checkpoints.advance(
                self._shard_id, self._position
            )  # the others were filtered out
        return True

    def _gather(self, stop: threading.Event) -> list[Record]:
        """A full batch, or the records within the batching window after the first."""
        records = self._read(self._batch_size)
        closes_monotonic_s = time.monotonic() + self._window_s
        while 0 < len(records) < self._batch_size and not (self._is_closed or stop.is_set()):
            left_s = closes_monotonic_s - time.monotonic()
            if left_s <= 0:
                break
            stop.wait(min(WINDOW_POLL_S, left_s))
            records += self._read(self._batch_size - len(records))
        return records

    def _read(self, limit: int) -> list[Record]:
        """Up to `limit` of the next records; empty if there are none now."""
        try:
            with translate_errors("the stream"):
                response = self._client.get_records(
                    ShardIterator=self._get_iterator(), Limit=min(limit, PAGE)
                )
        except ClientError as error:
            if error_code(error) not in LOST:
                raise
            self._skip_lost()
            self._is_at_end = True
            return []
        self._next_iterator = response.get("NextShardIterator")
        self._next_monotonic_s = time.monotonic()
        self._is_closed = self._next_iterator is None
        self._is_at_end = not response["Records"]
        if not self._is_at_end:
            self._position = get_sequence_number(response["Records"][-1])
        records = build_stream_records(response["Records"], self._stream_arn)
        wanted = [record for record in records if self._is_wanted(record)]
        if wanted:
            oldest_s = get_arrival_epoch_s(wanted[0])
            self._oldest_pending_epoch_s = self._oldest_pending_epoch_s or oldest_s
        return wanted

    def _is_wanted(self, record: Record) -> bool:
        return not self._event_names or record["eventName"] in self._event_names

    def _get_iterator(self) -> str:
        age_s = time.monotonic() - self._next_monotonic_s
        if self._next_iterator is not None and age_s < ITERATOR_GOOD_S:
            return self._next_iterator
        start = {"ShardIteratorType": "TRIM_HORIZON"}
        if self._position is not None:
            start = {
                "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                "SequenceNumber": self._position,
            }
        response = self._client.get_shard_iterator(
            StreamArn=self._stream_arn, ShardId=self._shard_id, **start
        )
        return str(response["ShardIterator"])

    def _return_to_checkpoint(self) -> None:
        """Continue after the checkpoint: records read after it were not handled."""
        self._next_iterator = None
        self._position = self._checkpoints.find_position(self._shard_id)

    def _skip_lost(self) -> None:
        """Continue at the oldest record that exists; older ones are lost."""
        _log.warning("a stream has lost records", extra={"shard": self._shard_id})
        self._catch_up.schedule()
        self._checkpoints.delete(self._shard_id)
        self._return_to_checkpoint()
