"""What the messages of a queue or of its dead-letter queue hold, claim checks included."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from chalicelib import times
from chalicelib.analytics.model import ArchivedSearch, parse_message
from chalicelib.aws.bucket import Bucket
from chalicelib.aws.queue import Queue, Received
from chalicelib.errors import InvalidInput, NotFound
from chalicelib.orders import message as order_message
from chalicelib.tenant_logs.queueing import packing

HIDDEN_S = 600  # longer than the reading takes: each message is read once
POLL_S = 1

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Letters(Generic[Record]):
    """The records of some messages; `unreadable` says why others could not be decoded."""

    messages: int
    records: list[Record]
    unreadable: list[str]


def read_messages(queue: Queue) -> list[Received]:
    """Every visible message of a queue, by its id; hides them for ten minutes."""
    found: dict[str, Received] = {}
    while received := queue.receive(wait_s=POLL_S, visibility_timeout_s=HIDDEN_S):
        found |= {message.message_id: message for message in received}
    return list(found.values())


def decode(
    messages: Sequence[Received], find: Callable[[Received], list[Record]]
) -> Letters[Record]:
    """The records that `find` decodes of each message."""
    records: list[Record] = []
    unreadable: list[str] = []
    for message in messages:
        try:
            records += find(message)
        except InvalidInput as error:
            unreadable.append(f"{message.message_id}: {error}")
    return Letters(len(messages), records, unreadable)


def find_orders(message: Received) -> list[str]:
    """The order's id."""
    return [order_message.read(message, times.now()).orderID]


def find_logs(claims: Bucket) -> Callable[[Received], list[str]]:
    """A function that returns the log_ids of a message; `claims` holds those of claim checks.

    A claim is deleted once all its records are stored, also when a kill then leaves its message in
    the queue. So a message whose claim is gone holds nothing: its records must be in the table.
    """

    def find(message: Received) -> list[str]:
        body = packing.decode(message.body)
        try:
            held = packing.decode(claims.get(body.claim)) if body.claim else body
        except NotFound:
            return []
        return [record.log_id for record in held.records]

    return find


def find_searches(message: Received) -> list[ArchivedSearch]:
    """The search, as it would be archived."""
    event = parse_message(
        message.body, message_id=message.message_id, sent_at_ms=message.sent_at_ms
    )
    return [event]
