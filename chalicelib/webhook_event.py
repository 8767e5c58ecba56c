"""What webhooks tell of: an event on its way to its receivers, through the webhooks queue; pure."""

import hashlib
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Any

import msgspec


class WebhookEventType(StrEnum):
    """What may happen to an order or a message that receivers can get an event of."""

    ORDER_STORED = "order.stored"
    ORDER_NOTIFIED = "order.notified"
    MESSAGE_SENT = "message.sent"
    MESSAGE_PARTIAL = "message.partial"
    MESSAGE_FAILED = "message.failed"
    MESSAGE_UNCONFIRMED = "message.unconfirmed"


OF_EVERYBODY = "order."  # the prefix of the types that only operators' webhooks get


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that happened. `owner` is the id of the user whose order or message it is.

    Equal `id`s are the same event: it may be emitted more than once. `timestamp` is an RFC 3339
    time in UTC, `data` small and JSON.
    """

    id: str
    type: WebhookEventType
    timestamp: str
    owner: str
    data: dict[str, Any]


Emit = Callable[[Sequence[Event]], None]  # raises Unavailable unless the queue took all of them


def make_id(event_type: WebhookEventType, *parts: str) -> str:
    """The id of an event: the same for the same change of the same thing."""
    return hashlib.sha256("\n".join([event_type, *parts]).encode()).hexdigest()[:32]
