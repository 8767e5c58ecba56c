"""Series in the messages table: one item each; found by their authors, and by when to make one.

Whoever writes one saw its last state: `rev` counts its author's changes, `after` those of the tick.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.aws.transactions import Put, transact
from chalicelib.publisher import keys
from chalicelib.publisher.series import stored
from chalicelib.publisher.series.stored import StoredSeries
from chalicelib.publisher.series.timing import LEAD
from chalicelib.publisher.store import Loaded, MessageStore

_NEW = Condition("attribute_not_exists(PK)")


class SeriesPart(NamedTuple):
    """Some series, and the key to go on from, None at the end."""

    series: list[StoredSeries]
    last_key: Item | None


@dataclass(frozen=True, slots=True)
class SeriesStore:
    """The series of all people; `shards` is how many partitions a status has in the due index."""

    table: Table
    messages: MessageStore
    shards: int

    def create(self, made: StoredSeries, markers: Sequence[Put]) -> bool:
        """Write a series and `markers` together; False if one was there."""
        put = Put(self.table.name, self._to_item(made), _NEW)
        return not transact(self.table.client, [put, *markers])

    def get(self, series_id: str) -> StoredSeries | None:
        """A series as of the last acknowledged write; None if there is none."""
        item = self.table.get(keys.series(series_id))
        return None if item is None else stored.to_series(item)

    def list_newest(self, user: str, limit: int, start: Item | None = None) -> SeriesPart:
        """A user's series, newest first."""
        partition = Condition(
            "GSI1PK = :user AND begins_with(GSI1SK, :kind)",
            values={":user": keys.user(user), ":kind": "SERIES#"},
        )
        page = self.table.query_page(
            partition, limit=limit, start=start, index=keys.USER_INDEX, forward=False
        )
        return SeriesPart([stored.to_series(item) for item in page.items], page.last_key)

    def list_all(self, user: str, most: int) -> list[StoredSeries]:
        """A user's series, newest first, at most so many."""
        found, start = self.list_newest(user, most)
        while start is not None and len(found) < most:
            more, start = self.list_newest(user, most - len(found), start)
            found += more
        return found

    def replace(self, changed: StoredSeries, seen: StoredSeries) -> bool:
        """Write the next state; False if `seen` is past."""
        try:
            self.table.put(self._to_item(changed), _same(seen))
        except ConditionFailed:
            return False
        return True

    def make(self, loaded: Loaded, changed: StoredSeries, seen: StoredSeries) -> bool:
        """Write a message together with the next state of its series; False if `seen` is past."""
        return self.messages.create(loaded, [self.put(changed, seen)])

    def put(self, changed: StoredSeries, seen: StoredSeries) -> Put:
        """The part of a transaction that writes the next state, unless `seen` is past."""
        return Put(self.table.name, self._to_item(changed), _same(seen))

    def delete(self, seen: StoredSeries) -> bool:
        """Delete this state; False if `seen` is past. Gone already is deleted."""
        try:
            self.table.delete(keys.series(seen.id), _same(seen))
        except ConditionFailed as failed:
            return failed.existing is None
        return True

    def _to_item(self, series: StoredSeries) -> Item:
        key = keys.series(series.id)
        item = {
            **key,
            "GSI1PK": keys.user(series.user),
            "GSI1SK": key["PK"],
            **stored.to_attributes(series),
        }
        if series.next_at is not None:
            make_at = datetime.fromisoformat(series.next_at) - LEAD
            item["GSI2PK"] = keys.due(keys.RECURRING, series.id, self.shards)
            item["GSI2SK"] = keys.due_time(make_at)
        return item


def _same(seen: StoredSeries) -> Condition:
    values = {":rev": seen.rev, ":after": seen.after}
    return Condition("rev = :rev AND #after = :after", {"#after": "after"}, values)
