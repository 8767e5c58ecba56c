"""The messages that wait for approval, of all authors."""

from dataclasses import dataclass

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, Page
from chalicelib.publisher import keys, stored
from chalicelib.publisher.model import MessageStatus
from chalicelib.publisher.store import MessagePart, MessageStore
from chalicelib.publisher.stored import StoredMessage


@dataclass(frozen=True, slots=True)
class WaitingStore:
    """The waiting messages in the due index, which may name what waits no longer."""

    messages: MessageStore

    def list_first(self, limit: int, start: Item | None) -> MessagePart:
        """Messages that wait, those that are due first at first."""
        page = self._query(limit, start)
        return MessagePart(self.messages.load(self._read(page)), page.last_key)

    def count(self, besides: str, most: int) -> int:
        """How many wait, without those of one author; of the first `most` alone."""
        return sum(message.user != besides for message in self._read(self._query(most, None)))

    def _query(self, limit: int, start: Item | None) -> Page:
        values = {":waiting": keys.due_partition(keys.WAITING, 0)}
        partition = Condition("GSI2PK = :waiting", values=values)
        return self.messages.table.query_page(
            partition, limit=limit, start=start, index=keys.DUE_INDEX
        )

    def _read(self, page: Page) -> list[StoredMessage]:
        wanted = [keys.message(keys.message_id(item)) for item in page.items]
        items = [item for item in self.messages.bulk.get_all(wanted) if item is not None]
        found = [stored.to_message(item) for item in items]
        return [message for message in found if message.status is MessageStatus.WAITING]
