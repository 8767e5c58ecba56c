"""Counts the records of a batch while they are written: the one write does not wait for the other.

Both are started before either is confirmed, and a message is done only when both are. So a record
that is stored is counted at least once; what may be counted twice is marked.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

from chalicelib import observability
from chalicelib.aws.attributes import Item
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.tenant_logs.counts.model import HourKey, find_counter
from chalicelib.tenant_logs.counts.store import CountStore

_log = observability.logger(__name__)


@dataclass(slots=True)
class _Group:
    """Records of one hour's item: their positions, those that count, and what they count to."""

    positions: list[int] = field(default_factory=list)
    counted: set[int] = field(default_factory=set)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class CountKeeper:
    """Counts records by hours; `submit` runs a call beside the caller's own."""

    store: CountStore
    submit: Callable[..., Future[None]]

    def begin(self, records: Sequence[Item], is_repeated: Sequence[bool]) -> "Counting":
        """Begin to count records, each given as the item that stores it.

        `is_repeated` says of each that its message was delivered before.
        """
        groups = _group(records)
        pending = {
            hour: self.submit(
                self.store.add, hour, group.counts, sum(is_repeated[n] for n in group.counted)
            )
            for hour, group in groups.items()
        }
        return Counting(self.store, groups, pending)


@dataclass(frozen=True, slots=True)
class Counting:
    """Counts on their way."""

    store: CountStore
    groups: Mapping[HourKey, _Group]
    pending: Mapping[HourKey, Future[None]]

    def end(self, existing: Iterable[int]) -> list[int]:
        """Wait for the counts; returns the positions of records that may not be counted.

        Those in `existing` were stored before, and so perhaps counted before.
        """
        stored_before = set(existing)
        uncounted: list[int] = []
        for hour, group in self.groups.items():
            try:
                self.pending[hour].result()
                if maybe_twice := group.counted & stored_before:
                    self.store.mark(hour, len(maybe_twice))
            except AWS_ERRORS as error:
                fields = {"records": len(group.positions), "cause": reason(error)}
                _log.warning("records were not counted", extra=fields)
                uncounted += group.positions
        return uncounted


def _group(records: Sequence[Item]) -> dict[HourKey, _Group]:
    """Records by hour; one that is there twice counts once."""
    groups: dict[HourKey, _Group] = {}
    seen = set()
    for position, record in enumerate(records):
        hour, counter = find_counter(record)
        group = groups.setdefault(hour, _Group())
        group.positions.append(position)
        key = (record["tenant_id"], record["sk"])
        if key not in seen:
            seen.add(key)
            group.counted.add(position)
            group.counts[counter] += 1
    return groups
