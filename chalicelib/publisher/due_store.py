"""The due index: which messages the tick has to look at, and its conditional changes of them."""

from collections.abc import Iterator
from dataclasses import dataclass

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.publisher import keys, stored
from chalicelib.publisher.model import MessageStatus
from chalicelib.publisher.stored import StoredMessage

PAGE = 100


@dataclass(frozen=True, slots=True)
class DueStore:
    """GSI2 of the messages table, over `shards` partitions a status.

    The index is eventually consistent and may name what is past: each change is conditional.
    """

    table: Table
    shards: int

    def list_due(self, status: str, by: str) -> Iterator[tuple[str, str]]:
        """Ids and times of the messages in `status` that are due by then, page by page."""
        for shard in range(self.shards):
            partition = keys.due_partition(status, shard)
            span = Condition(
                "GSI2PK = :status AND GSI2SK <= :by", values={":status": partition, ":by": by}
            )
            start: Item | None = None
            while True:
                page = self.table.query_page(span, limit=PAGE, start=start, index=keys.DUE_INDEX)
                yield from ((keys.message_id(item), str(item["GSI2SK"])) for item in page.items)
                start = page.last_key
                if start is None:
                    break

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
