"""Reads one lane of a shard, starting after its checkpoint."""

import threading
import time

from chalicelib.observability import logger
from infra.local.event_sources.catch_up import CatchUpRunner
from infra.local.event_sources.checkpoints import Checkpoints
from infra.local.event_sources.lanes import IsWanted
from infra.local.event_sources.shard import RecordsLost, Shard
from infra.local.event_sources.stream_delivery import Delivery
from infra.local.event_sources.stream_event import (
    Record,
    get_arrival_epoch_s,
    get_sequence_number,
)

POLL_S = 0.25  # between reads of an idle shard, as Lambda reads it
WINDOW_POLL_S = 0.1
PAGE = 1000  # what DynamoDB's GetRecords returns at most; Kinesis returns up to 10,000

_log = logger(__name__)


class ShardReader:
    """The only reader of a lane, whose checkpoint is called `name`.

    The function receives the records that `is_wanted` accepts. Its catch-up runs before the first
    read, and before the reader continues after lost records.
    """

    def __init__(  # noqa: PLR0913 its parts
        self,
        shard: Shard,
        name: str,
        *,
        batch_size: int,
        window_s: float,
        lanes: int,
        is_wanted: IsWanted,
        checkpoints: Checkpoints,
        delivery: Delivery,
        catch_up: CatchUpRunner,
    ) -> None:
        self._shard = shard
        self._name = name
        self._batch_size = batch_size
        self._window_s = window_s
        self._lanes = lanes
        self._is_wanted = is_wanted
        self._checkpoints = checkpoints
        self._delivery = delivery
        self._catch_up = catch_up
        self._position = checkpoints.find_position(name)
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
            self._checkpoints.finish(self._name)
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
        handled = self._checkpoints.find_position(self._name)
        if self._position is not None and self._position != handled:
            self._checkpoints.advance(self._name, self._position)  # the others were filtered out
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
            # A batch for each lane, since only a share of the records is this lane's.
            page = self._shard.read(self._position, min(limit * self._lanes, PAGE))
        except RecordsLost:
            self._skip_lost()
            self._is_at_end = True
            return []
        wanted = [record for record in page.records if self._is_wanted(record)]
        is_whole = len(wanted) <= limit
        wanted = wanted[:limit]
        self._is_closed = page.is_closed and is_whole
        self._is_at_end = page.last is None
        last = page.last if is_whole else get_sequence_number(wanted[-1])
        self._position = last or self._position
        if wanted:
            oldest_s = get_arrival_epoch_s(wanted[0])
            self._oldest_pending_epoch_s = self._oldest_pending_epoch_s or oldest_s
        return wanted

    def _return_to_checkpoint(self) -> None:
        """Continue after the checkpoint: records read after it were not handled."""
        self._position = self._checkpoints.find_position(self._name)

    def _skip_lost(self) -> None:
        """Continue at the oldest record that exists; older ones are lost."""
        _log.warning("a stream has lost records", extra={"shard": self._name})
        self._catch_up.schedule()
        self._checkpoints.delete(self._name)
        self._return_to_checkpoint()
