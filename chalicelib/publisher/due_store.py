"""The due index: which messages the tick has to look at, and its conditional changes of them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, ConditionFailed, Page, Table
from chalicelib.publisher import keys, stored
from chalicelib.publisher.model import MessageStatus
from chalicelib.publisher.stored import StoredMessage

PAGE = 100  # entries of one partition of the index

ReadPages = Callable[..., Iterable[Page]]  # takes a function, and its arguments as `map` does


class DueEntry(NamedTuple):
    """An entry of the index: a message, and the time for which it is there."""

    message_id: str
    at: str


@dataclass(frozen=True, slots=True)
class DueStore:
    """GSI2 of the messages table, over `shards` partitions a status.

    The index is eventually consistent and may name what is past: each change is conditional.
    """

    table: Table
    shards: int

    def list_due(
        self, status: str, by: str, read_pages: ReadPages = map
    ) -> Iterator[list[DueEntry]]:
        """The messages in `status` that are due by then, a page of every partition at a time.

        `read_pages` is `map`, or that of a pool, which asks the partitions at once.
        """
        starts: dict[int, Item | None] = dict.fromkeys(range(self.shards))
        while starts:
            read = partial(self._read_page, status, by)
            pages = list(read_pages(read, list(starts), list(starts.values())))
            yield [_to_entry(item) for page in pages for item in page.items]
            starts = {
                shard: page.last_key
                for shard, page in zip(starts, pages, strict=True)
                if page.last_key is not None
            }

    def queue(self, message_id: str, now: str, look_at: str) -> StoredMessage | None:
        """Make a scheduled message a queued one; None if it is not scheduled by then."""
        return self._change(
            message_id,
            "SET #s = :queued, GSI2PK = :due, GSI2SK = :look, look_at = :look, updated_at = :now, "
            "rev = rev + :one",
            "#s = :scheduled AND due_at <= :now",
            {
                ":queued": MessageStatus.QUEUED,
                ":scheduled": MessageStatus.SCHEDULED,
                ":due": keys.due(keys.QUEUED, message_id, self.shards),
                ":look": look_at,
                ":now": now,
                ":one": 1,
            },
            {"#s": "status"},
        )

    def postpone(self, message_id: str, seen: str, look_at: str) -> StoredMessage | None:
        """Look again later at a queued message; None if another tick did that already."""
        return self._change(
            message_id,
            "SET GSI2SK = :look, look_at = :look ADD looks :one",
            "GSI2SK = :seen AND attribute_exists(GSI2PK)",
            {":look": look_at, ":seen": seen, ":one": 1},
        )

    def look_earlier(self, message_id: str, look_at: str) -> None:
        """Look at a queued message by then; as planned if that is earlier.

        `rev` grows, so that who settles from what was read before reads again.
        """
        self._change(
            message_id,
            "SET GSI2SK = :look, look_at = :look, rev = rev + :one",
            "look_at > :look AND attribute_exists(GSI2PK)",
            {":look": look_at, ":one": 1},
        )

    def _read_page(self, status: str, by: str, shard: int, start: Item | None) -> Page:
        values = {":status": keys.due_partition(status, shard), ":by": by}
        span = Condition("GSI2PK = :status AND GSI2SK <= :by", values=values)
        return self.table.query_page(span, limit=PAGE, start=start, index=keys.DUE_INDEX)

    def _change(
        self,
        message_id: str,
        change: str,
        condition: str,
        values: dict[str, object],
        names: dict[str, str] | None = None,
    ) -> StoredMessage | None:
        try:
            item = self.table.update(
                keys.message(message_id),
                Condition(change, names or {}, values),
                Condition(condition),
            )
        except ConditionFailed:
            return None
        return stored.to_message(item)


def _to_entry(item: Item) -> DueEntry:
    return DueEntry(keys.message_id(item), str(item["GSI2SK"]))
