"""Messages in their table: written whole, with their index entries; found by user and by time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from chalicelib.aws.attributes import Item
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.aws.transactions import Action, Put, transact
from chalicelib.publisher import keys, stored
from chalicelib.publisher.model import MessageDeliveryStatus, MessageStatus
from chalicelib.publisher.stored import StoredDelivery, StoredMessage
from chalicelib.publisher.transitions import CLAIMABLE, UNDER_WAY

_NEW = Condition("attribute_not_exists(PK)")


class Loaded(NamedTuple):
    """A message with its deliveries, in the order in which it names them."""

    message: StoredMessage
    deliveries: list[StoredDelivery]


class MessagePart(NamedTuple):
    """Some messages, and the key to go on from, None at the end."""

    messages: list[Loaded]
    last_key: Item | None


@dataclass(frozen=True, slots=True)
class MessageStore:
    """The messages table; `shards` is how many partitions a status has in the due index."""

    client: Any
    table: Table
    bulk: Bulk
    shards: int

    def create(self, loaded: Loaded, others: Sequence[Action]) -> bool:
        """Write a message, its deliveries and `others` together; False if one was refused.

        A retry after a lost response finds its own message. Raises Unavailable.
        """
        puts = [self._put(part, _NEW) for part in self._items(loaded)]
        return not transact(self.client, [*puts, *others])

    def replace(self, loaded: Loaded, seen: StoredMessage, others: Sequence[Action] = ()) -> bool:
        """Write the next revision of a message that is not due, and `others` together.

        False if `seen` is past, or one of the others was refused.
        """
        message, *parts = self._items(loaded)
        same = Condition(
            "rev = :rev AND #s = :status",
            {"#s": "status"},
            {":rev": seen.rev, ":status": seen.status},
        )
        puts = [self._put(message, same), *(self._put(item) for item in parts)]
        if transact(self.client, [*puts, *others]):
            return False
        for name in set(seen.deliveries) - set(loaded.message.deliveries):
            self._delete_pending(loaded.message.id, name)
        return True

    def get(self, message_id: str) -> Loaded | None:
        """A message as of the last acknowledged write; None if there is none.

        Backward, so that its revision is read before its deliveries: a settlement by deliveries
        that were read too early then meets another revision.
        """
        partition = keys.message(message_id)["PK"]
        found = self.table.query("PK", partition, forward=False, consistent=True)
        items = {item["SK"]: item for item in found}
        if keys.METADATA not in items:
            return None
        message = stored.to_message(items[keys.METADATA])
        names = [keys.delivery(message_id, name)["SK"] for name in message.deliveries]
        return Loaded(message, [stored.to_delivery(items[name]) for name in names if name in items])

    def get_items(self, message_ids: Iterable[str]) -> dict[str, Item]:
        """The items of the messages that there are, by id, without their deliveries'.

        They are not read yet: one that cannot be read fails by itself.
        """
        wanted = [keys.message(message_id) for message_id in dict.fromkeys(message_ids)]
        found = [item for item in self.bulk.get_all(wanted) if item is not None]
        return {keys.message_id(item): item for item in found}

    def list_newest(self, user: str, limit: int, start: Item | None) -> MessagePart:
        """A user's messages, newest first."""
        partition = Condition(
            "GSI1PK = :user AND begins_with(GSI1SK, :kind)",
            values={":user": keys.user(user), ":kind": "MSG#"},
        )
        page = self.table.query_page(
            partition, limit=limit, start=start, index=keys.USER_INDEX, forward=False
        )
        found = [stored.to_message(item) for item in page.items]
        return MessagePart(self.load(found), page.last_key)

    def list_calendar(
        self, user: str, since: str, until: str, limit: int, start: Item | None
    ) -> MessagePart:
        """A user's messages that are or were due in [since, until), earliest first."""
        span = Condition(
            "GSI1PK = :user AND GSI1SK BETWEEN :since AND :until",
            values={":user": keys.user_calendar(user), ":since": since, ":until": until},
        )
        page = self.table.query_page(span, limit=limit, start=start, index=keys.USER_INDEX)
        wanted = [keys.message(keys.message_id(item)) for item in page.items]
        found = [stored.to_message(item) for item in self.bulk.get_all(wanted) if item is not None]
        return MessagePart(self.load(found), page.last_key)

    def set_status(self, seen: StoredMessage, status: MessageStatus, at: str) -> bool:
        """End a message that is not due, such as by a cancel; False if `seen` is past."""
        return self._move(seen, status, at, " REMOVE GSI2PK, GSI2SK", {}) is not None

    def settle(
        self, seen: StoredMessage, status: MessageStatus, look_at: str | None, at: str
    ) -> StoredMessage | None:
        """Set what follows from the deliveries; a message that is done leaves the due index.

        Returns the message, None if it is no longer as `seen`.
        """
        if status not in UNDER_WAY or look_at is None:
            return self._move(seen, status, at, " REMOVE GSI2PK, GSI2SK, look_at", {})
        index = ", GSI2PK = :due, GSI2SK = :look, look_at = :look"
        due = keys.due(keys.QUEUED, seen.id, self.shards)
        return self._move(seen, status, at, index, {":due": due, ":look": look_at})

    def release(self, message_id: str, at: str) -> None:
        """Let a message's 24 hours begin again at `at`."""
        self.table.update(
            keys.message(message_id),
            Condition("SET released_at = :at", values={":at": at}),
            Condition("attribute_exists(PK)"),
        )

    def _move(
        self, seen: StoredMessage, status: MessageStatus, at: str, index: str, places: Item
    ) -> StoredMessage | None:
        """Set the status and the place in the due index; None if `seen` is past."""
        change = f"SET #s = :new, updated_at = :at, rev = rev + :one{index}"
        values = {":new": status, ":at": at, ":one": 1, ":rev": seen.rev, ":seen": seen.status}
        same = Condition("rev = :rev AND #s = :seen")
        set_all = Condition(change, {"#s": "status"}, values | places)
        try:
            item = self.table.update(keys.message(seen.id), set_all, same)
        except ConditionFailed:
            return None
        return stored.to_message(item)

    def load(self, messages: Sequence[StoredMessage]) -> list[Loaded]:
        """The messages with their deliveries, which are read at once."""
        wanted = [
            keys.delivery(message.id, name) for message in messages for name in message.deliveries
        ]
        found = iter(self.bulk.get_all(wanted))
        return [
            Loaded(
                message,
                [stored.to_delivery(item) for _ in message.deliveries if (item := next(found))],
            )
            for message in messages
        ]

    def _items(self, loaded: Loaded) -> list[Item]:
        message = loaded.message
        return [
            self._message_item(message),
            {
                **keys.calendar(message.id),
                "GSI1PK": keys.user_calendar(message.user),
                "GSI1SK": f"{message.due_at}#{message.id}",
            },
            *(
                {**keys.delivery(message.id, delivery.name), **stored.to_attributes(delivery)}
                for delivery in loaded.deliveries
            ),
        ]

    def _message_item(self, message: StoredMessage) -> Item:
        item = {
            **keys.message(message.id),
            "GSI1PK": keys.user(message.user),
            "GSI1SK": keys.message(message.id)["PK"],
            **stored.to_attributes(message),
        }
        if message.status is MessageStatus.SCHEDULED:
            item |= self._due(keys.SCHEDULED, message.id, message.due_at)
        elif message.status is MessageStatus.WAITING:
            # One partition is enough for what people decide on.
            item |= {"GSI2PK": keys.due_partition(keys.WAITING, 0), "GSI2SK": message.due_at}
        elif message.status in UNDER_WAY and message.look_at is not None:
            item |= self._due(keys.QUEUED, message.id, message.look_at)
        return item

    def _due(self, status: str, message_id: str, at: str) -> dict[str, str]:
        return {"GSI2PK": keys.due(status, message_id, self.shards), "GSI2SK": at}

    def _put(self, item: Item, condition: Condition | None = None) -> Put:
        return Put(self.table.name, item, condition)

    def _delete_pending(self, message_id: str, name: str) -> None:
        """Delete a delivery that its message no longer names; if it stays, nobody reads it."""
        pending = Condition("#s = :s", {"#s": "status"}, {":s": MessageDeliveryStatus.PENDING})
        try:
            self.table.delete(keys.delivery(message_id, name), pending)
        except ConditionFailed:
            return


def list_due(deliveries: Iterable[StoredDelivery], at: str) -> list[StoredDelivery]:
    """The deliveries that may be attempted at `at`, those of a dead holder included."""
    return [delivery for delivery in deliveries if _is_due(delivery, at)]


def _is_due(delivery: StoredDelivery, at: str) -> bool:
    if delivery.status in CLAIMABLE:
        return delivery.next_attempt_at is None or delivery.next_attempt_at <= at
    return delivery.status is MessageDeliveryStatus.SENDING and (delivery.lease_until or "") <= at
