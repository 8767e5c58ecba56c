"""What a reader needs of a stream and its shards, whichever service has them."""

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from infra.local.event_sources.stream_event import Record


class RecordsLost(Exception):
    """The records after a position are no longer there."""


class RecordPage(NamedTuple):
    """Event records; `last` is the sequence number of the last one, None if there are none.

    The shard `is_closed` if nothing will come after them.
    """

    records: list[Record]
    last: str | None
    is_closed: bool


class Shard(Protocol):
    """One shard."""

    def read(self, after: str | None, limit: int) -> RecordPage:
        """Up to `limit` records after a sequence number, or the oldest ones if that is None.

        Raises RecordsLost if the sequence number is too old, Unavailable if the stream does not
        respond.
        """


class ListedShard(NamedTuple):
    """A shard and those that it was split or merged from, which are read before it."""

    shard_id: str
    parents: tuple[str, ...]


class EventStream(Protocol):
    """One stream; `keeps_records` is False if its records do not survive a stop of the emulator."""

    arn: str
    keeps_records: bool

    def list_shards(self) -> Iterator[ListedShard]:
        """Every shard. Raises Unavailable if the stream does not respond."""

    def open_shard(self, shard_id: str) -> Shard:
        """A shard to read from; several readers may share it."""
