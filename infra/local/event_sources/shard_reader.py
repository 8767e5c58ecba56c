"""Reads one shard of a DynamoDB stream from its checkpoint on."""

import threading
import time
from collections.abc import Collection
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.aws.failures import error_code, translated
from chalicelib.observability import logger
from infra.local.event_sources.catching_up import CatchingUp
from infra.local.event_sources.checkpoints import Checkpoints
from infra.local.event_sources.stream_delivery import Delivery
from infra.local.event_sources.stream_event import (
    Record,
    arrived_at,
    sequence_number,
    stream_records,
)

POLL_S = 0.5  # between looks at an idle shard; Lambda looks four times a second
WINDOW_POLL_S = 0.1
PAGE = 1000  # the most records that one call answers
# The emulator's iterators count records, and it begins to count anew when it is started again:
# one that was kept meanwhile would skip as many. It needs longer than this to start.
ITERATOR_GOOD_S = 0.2
LOST = frozenset({"ExpiredIteratorException", "TrimmedDataAccessException"})

_log = logger(__name__)


class ShardReader:
    """The one reader of a shard.

    The function gets records of `event_names` only, of all when there are none. It catches up
    before the first read, and before the reader goes on behind lost records.
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
        catching_up: CatchingUp,
    ) -> None:
        self._client = client
        self._stream_arn = stream_arn
        self._shard_id = shard_id
        self._batch_size = batch_size
        self._window_s = window_s
        self._event_names = event_names
        self._checkpoints = checkpoints
        self._delivery = delivery
        self._catching_up = catching_up
        self._position = checkpoints.after(shard_id)
        self._next: str | None = None
        self._next_since = float("-inf")
        self._at_end = False
        self._closed = False
        self._first_in_hand: float | None = None

    def lag_ms(self, now: float) -> int:
        """How old the oldest record in hand is; 0 while the shard is read to its end."""
        first = self._first_in_hand
        return 0 if first is None else max(0, int((now - first) * 1000))

    def poll(self, stop: threading.Event) -> bool:
        """Read one batch and have it handled; True when the shard is closed and all is handled.

        Raises Unavailable when the stream or the failure queue does not answer.
        """
        is_done = False
        try:
            is_done = self._handle_next(stop)
        finally:
            if not is_done:
                self._go_back()
        if not is_done:
            return False
        if self._at_end and not (self._first_in_hand or self._closed):
            stop.wait(POLL_S)
        self._first_in_hand = None
        if self._closed:
            self._checkpoints.finish(self._shard_id)
        return self._closed

    def drain(self, stop: threading.Event) -> None:
        """Handle what is left after the stop, without retries: an emulator keeps no records."""
        self._go_back()
        self._at_end = False
        while not (self._at_end or self._closed) and self._handle_next(stop):
            pass

    def _handle_next(self, stop: threading.Event) -> bool:
        """Whether all that was read is handled, which may be nothing."""
        self._catching_up.catch_up()
        records = self._gather(stop)
        if not self._delivery.deliver(records, stop):
            return False
        if self._position is not None and self._position != self._checkpoints.after(self._shard_id):
            self._checkpoints.advance(self._shard_id, self._position)  # the rest was filtered out
        return True

    def _gather(self, stop: threading.Event) -> list[Record]:
        """A full batch, or what came within the batching window after the first record."""
        records = self._read(self._batch_size)
        closes_at = time.monotonic() + self._window_s
        while 0 < len(records) < self._batch_size and not (self._closed or stop.is_set()):
            left_s = closes_at - time.monotonic()
            if left_s <= 0:
                break
            stop.wait(min(WINDOW_POLL_S, left_s))
            records += self._read(self._batch_size - len(records))
        return records

    def _read(self, most: int) -> list[Record]:
        """The next records, at most so many, and none when there are no more by now."""
        try:
            with translated("the stream"):
                answer = self._client.get_records(
                    ShardIterator=self._iterator(), Limit=min(most, PAGE)
                )
        except ClientError as error:
            if error_code(error) not in LOST:
                raise
            self._skip_lost()
            self._at_end = True
            return []
        self._next, self._next_since = answer.get("NextShardIterator"), time.monotonic()
        self._closed = self._next is None
        self._at_end = not answer["Records"]
        if not self._at_end:
            self._position = sequence_number(answer["Records"][-1])
        records = stream_records(answer["Records"], self._stream_arn)
        wanted = [each for each in records if self._is_wanted(each)]
        if wanted:
            self._first_in_hand = self._first_in_hand or arrived_at(wanted[0])
        return wanted

    def _is_wanted(self, record: Record) -> bool:
        return not self._event_names or record["eventName"] in self._event_names

    def _iterator(self) -> str:
        if self._next is not None and time.monotonic() - self._next_since < ITERATOR_GOOD_S:
            return self._next
        start = {"ShardIteratorType": "TRIM_HORIZON"}
        if self._position is not None:
            start = {
                "ShardIteratorType": "AFTER_SEQUENCE_NUMBER",
                "SequenceNumber": self._position,
            }
        answer = self._client.get_shard_iterator(
            StreamArn=self._stream_arn, ShardId=self._shard_id, **start
        )
        return str(answer["ShardIterator"])

    def _go_back(self) -> None:
        """Read on from the checkpoint: what was read behind it is not handled."""
        self._next = None
        self._position = self._checkpoints.after(self._shard_id)

    def _skip_lost(self) -> None:
        """Read on from the oldest record there is; those before it are gone."""
        _log.warning("a stream has lost records", extra={"shard": self._shard_id})
        self._catching_up.note_loss()
        self._checkpoints.forget(self._shard_id)
        self._go_back()
