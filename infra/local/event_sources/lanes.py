"""The lanes of a shard: its records by partition key, each key in one lane and in order.

ParallelizationFactor says how many batches of one shard a function handles at once. Here each lane
reads the whole shard, leaves out the records of the others, and has a checkpoint of its own: so a
slow or failing record holds up its own lane alone.
"""

import zlib
from collections.abc import Callable, Collection
from typing import NamedTuple

from infra.local.event_sources.stream_event import Record, get_partition_key

IsWanted = Callable[[Record], bool]


class Lane(NamedTuple):
    """One of the `lanes` lanes of a shard; `name` is that of its checkpoint.

    With another number of lanes the checkpoints are others, and the shard is read from its start.
    """

    shard_id: str
    number: int
    lanes: int

    @property
    def name(self) -> str:
        """The shard's id alone if that has one lane."""
        return self.shard_id if self.lanes == 1 else f"{self.shard_id}/{self.number}/{self.lanes}"

    def has(self, record: Record) -> bool:
        """Whether the record is handled in this lane."""
        key = get_partition_key(record).encode()
        return self.lanes == 1 or zlib.crc32(key) % self.lanes == self.number

    def build_filter(self, event_names: Collection[str]) -> IsWanted:
        """Which records the function gets in this lane; all events if none are named."""

        def is_wanted(record: Record) -> bool:
            return (not event_names or record["eventName"] in event_names) and self.has(record)

        return is_wanted


def list_lanes(shard_id: str, count: int) -> list[Lane]:
    """The lanes of a shard."""
    return [Lane(shard_id, number, count) for number in range(count)]
