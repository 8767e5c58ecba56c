"""One shard for many lanes: each page is read once, and not more often than Kinesis allows.

A shard takes five calls of GetRecords and of GetShardIterator a second, whoever makes them.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import NamedTuple

from infra.local.event_sources.shard import EventStream, ListedShard, RecordPage, Shard

BETWEEN_READS_S = 0.25
IDLE_S = 0.5  # how long a page without records counts as the shard's present state
KEPT_PAGES = 16


class _Read(NamedTuple):
    page: RecordPage
    monotonic_s: float


class SharedShard:
    """A shard whose readers are at about the same position."""

    def __init__(
        self,
        shard: Shard,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._shard = shard
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()
        self._pages: OrderedDict[str | None, _Read] = OrderedDict()
        self._next_at = float("-inf")

    def read(self, after: str | None, limit: int) -> RecordPage:
        """As `Shard.read`."""
        with self._lock:
            found = self._pages.get(after)
            if found is not None and self._is_good(found):
                return found.page
            self._sleep(max(0.0, self._next_at - self._monotonic()))
            self._next_at = self._monotonic() + BETWEEN_READS_S
            page = self._shard.read(after, limit)
            self._pages[after] = _Read(page, self._monotonic())
            self._pages.move_to_end(after)
            if len(self._pages) > KEPT_PAGES:
                self._pages.popitem(last=False)
            return page

    def _is_good(self, read: _Read) -> bool:
        """Records after a position stay what they are; that there are none does not."""
        has_records = bool(read.page.records) or read.page.is_closed
        return has_records or self._monotonic() - read.monotonic_s < IDLE_S


class SharedStream:
    """A stream whose shards are shared by their readers."""

    def __init__(self, stream: EventStream) -> None:
        self._stream = stream
        self.arn = stream.arn
        self.keeps_records = stream.keeps_records

    def list_shards(self) -> "list[ListedShard]":
        """Every shard."""
        return list(self._stream.list_shards())

    def open_shard(self, shard_id: str) -> SharedShard:
        """A shard to read from."""
        return SharedShard(self._stream.open_shard(shard_id))
