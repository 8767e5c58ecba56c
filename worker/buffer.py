"""The buffer of received messages, each under a lease until it is deleted or given back."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.analytics.model import ArchivedSearch
from chalicelib.aws.queue import Received

CAP_FLUSHES = 4  # polling pauses while this many flushes are held, so memory stays bounded


class FlushLimits(NamedTuple):
    """A flush is due at so many records or bytes, or when its oldest message is so old."""

    records: int
    bytes: int
    after_s: float


class BufferedEvent(NamedTuple):
    """A buffered event. `arrived_at` is a reading of the buffer's clock, in seconds."""

    message_id: str
    event: ArchivedSearch
    size_bytes: int
    arrived_at: float


@dataclass
class _Lease:
    receipt_handle: str
    size_bytes: int
    renewed_at: float


class MessageBuffer:
    """Pollers add, the flusher takes, the visibility extender renews; `drop` ends a lease.

    A repeated delivery of what is held renews its receipt handle and is not buffered again.
    """

    def __init__(self, limits: FlushLimits, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._changed = threading.Condition()
        self._leases: dict[str, _Lease] = {}
        self._leased_bytes = 0
        self._pending: list[BufferedEvent] = []
        self._pending_bytes = 0
        self._stopping = False

    def __len__(self) -> int:
        return len(self._leases)

    def hold(self, message: Received, event: ArchivedSearch) -> None:
        """Buffer an event and lease its message."""
        monotonic_s, size_bytes = self._clock(), len(message.body)
        with self._changed:
            lease = self._leases.get(message.message_id)
            if lease is not None:
                lease.receipt_handle, lease.renewed_at = message.receipt_handle, monotonic_s
                return
            self._leases[message.message_id] = _Lease(
                message.receipt_handle, size_bytes, monotonic_s
            )
            self._leased_bytes += size_bytes
            self._pending.append(BufferedEvent(message.message_id, event, size_bytes, monotonic_s))
            self._pending_bytes += size_bytes
            self._changed.notify_all()

    def wait_for_room(self, timeout_s: float) -> bool:
        """Whether another batch may be received, waiting up to `timeout_s` for it."""
        with self._changed:
            return self._changed.wait_for(self._has_room, timeout_s)

    def take(self) -> list[BufferedEvent]:
        """The next batch, as soon as it is due; [] once stopping and nothing is buffered."""
        with self._changed:
            while not self._is_due():
                if self._stopping:
                    return []
                self._changed.wait(self._until_due_s())
            return self._cut_batch()

    def receipt_handles(self, message_ids: Iterable[str]) -> dict[str, str]:
        """The newest receipt handle of each message that is still leased."""
        with self._changed:
            leases = {message_id: self._leases.get(message_id) for message_id in message_ids}
        return {message_id: lease.receipt_handle for message_id, lease in leases.items() if lease}

    def list_leased(self, older_than_s: float = 0.0) -> list[str]:
        """The messages whose lease was taken or renewed `older_than_s` ago or earlier."""
        renewed_by = self._clock() - older_than_s
        with self._changed:
            return [
                message_id
                for message_id, lease in self._leases.items()
                if lease.renewed_at <= renewed_by
            ]

    def renew(self, message_ids: Iterable[str]) -> None:
        """Note that the leases were extended just now."""
        monotonic_s = self._clock()
        with self._changed:
            for lease in filter(None, map(self._leases.get, message_ids)):
                lease.renewed_at = monotonic_s

    def drop(self, message_ids: Iterable[str]) -> None:
        """End leases: the messages are deleted, or another receive will have them."""
        with self._changed:
            for message_id in message_ids:
                if lease := self._leases.pop(message_id, None):
                    self._leased_bytes -= lease.size_bytes
            self._changed.notify_all()

    def stop(self) -> None:
        """Make everything buffered due and end every wait."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def _has_room(self) -> bool:
        return self._stopping or (
            len(self._leases) < CAP_FLUSHES * self._limits.records
            and self._leased_bytes < CAP_FLUSHES * self._limits.bytes
        )

    def _is_due(self) -> bool:
        return bool(self._pending) and (
            self._stopping
            or len(self._pending) >= self._limits.records
            or self._pending_bytes >= self._limits.bytes
            or self._until_due_s() == 0
        )

    def _until_due_s(self) -> float | None:
        if not self._pending:
            return None
        return max(0.0, self._pending[0].arrived_at + self._limits.after_s - self._clock())

    def _cut_batch(self) -> list[BufferedEvent]:
        size_bytes = taken = 0
        while taken < min(len(self._pending), self._limits.records):
            size_bytes += self._pending[taken].size_bytes
            taken += 1
            if size_bytes >= self._limits.bytes:
                break
        batch, self._pending = self._pending[:taken], self._pending[taken:]
        self._pending_bytes -= size_bytes
        return batch
