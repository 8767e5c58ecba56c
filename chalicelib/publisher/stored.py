"""What the messages table keeps of a message and of a delivery, as plain values; pure.

Times are UTC texts in whole seconds, so that they compare as their times do.
"""

from typing import Any

import msgspec

from chalicelib.publisher.model import (
    Adapt,
    AdaptedText,
    Channel,
    DeliveryAttempt,
    MessageApproval,
    MessageDelivery,
    MessageDeliveryError,
    MessageDeliveryStatus,
    MessageOverride,
    MessageRecipients,
    MessageStatus,
    OutboundMessage,
)
from chalicelib.publisher.rules import Composition

ATTEMPTS_KEPT = 10
INDEX_KEYS = ("PK", "SK", "GSI1PK", "GSI1SK", "GSI2PK", "GSI2SK")


class StoredMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message without its deliveries, which `deliveries` names.

    `due_at` is its time, or that of its creation; `released_at` is when it was last told to go,
    by its time or by a retry. `look_at` is when the tick looks at it again,
    which it did `looks` times.
    """

    id: str
    user: str
    status: MessageStatus
    content: str
    channels: list[Channel]
    deliveries: list[str]
    due_at: str
    released_at: str
    created_at: str
    updated_at: str
    request_id: str
    subject: str | None = None
    media: list[str] = []
    overrides: dict[Channel, MessageOverride] = {}
    recipients: MessageRecipients | None = None
    scheduled_at: str | None = None
    time_zone: str | None = None
    notes: list[str] = []
    rev: int = 1
    looks: int = 0
    look_at: str | None = None
    series_id: str | None = None
    occurrence: str | None = None
    template_id: str | None = None
    approval: MessageApproval | None = None
    adapt: Adapt = False
    adapted: dict[Channel, AdaptedText] = {}

    @property
    def composition(self) -> Composition:
        """What it says where."""
        return Composition(
            content=self.content,
            channels=self.channels,
            subject=self.subject,
            media=self.media,
            overrides=self.overrides,
            recipients=self.recipients,
        )


class StoredDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery with its lease.

    `prepared` are the platform's ids of what was uploaded, `armed_at` is when its publish call
    was about to be made. `name` is its channel, with a number for further recipients.
    `was_unconfirmed` says that its author had it posted again after an attempt of unknown outcome.
    """

    name: str
    channel: Channel
    status: MessageDeliveryStatus = MessageDeliveryStatus.PENDING
    target: str | None = None
    text: str | None = None
    attempts: int = 0
    next_attempt_at: str | None = None
    lease_owner: str | None = None
    lease_until: str | None = None
    armed_at: str | None = None
    prepared: dict[str, str] = {}
    external_id: str | None = None
    permalink: str | None = None
    error: MessageDeliveryError | None = None
    sent_at: str | None = None
    was_unconfirmed: bool = False
    last_attempts: list[DeliveryAttempt] = []


def to_attributes(value: StoredMessage | StoredDelivery) -> dict[str, Any]:
    """The attributes of an item, without its keys."""
    found: dict[str, Any] = msgspec.to_builtins(value)
    return found


def to_message(item: dict[str, Any]) -> StoredMessage:
    """The message of an item."""
    return msgspec.convert(_without_keys(item), StoredMessage, strict=False)


def to_delivery(item: dict[str, Any]) -> StoredDelivery:
    """The delivery of an item."""
    return msgspec.convert(_without_keys(item), StoredDelivery, strict=False)


def _without_keys(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in INDEX_KEYS}


def show_delivery(delivery: StoredDelivery) -> MessageDelivery:
    """A delivery as its author sees it."""
    fields = {name: getattr(delivery, name) for name in MessageDelivery.__struct_fields__}
    return MessageDelivery(**fields | {"last_attempts": delivery.last_attempts[-ATTEMPTS_KEPT:]})


def show(
    message: StoredMessage, deliveries: list[StoredDelivery], *, is_listed: bool = False
) -> OutboundMessage:
    """A message as its author sees it; one that `is_listed` without the attempts."""
    channels = [show_delivery(delivery) for delivery in deliveries]
    if is_listed:
        channels = [msgspec.structs.replace(shown, last_attempts=None) for shown in channels]
    return OutboundMessage(
        id=message.id,
        status=message.status,
        content=message.content,
        subject=message.subject,
        channels=channels,
        media=message.media,
        overrides=message.overrides,
        recipients=message.recipients,
        scheduled_at=message.scheduled_at,
        time_zone=message.time_zone,
        created_by=message.user,
        created_at=message.created_at,
        updated_at=message.updated_at,
        rev=message.rev,
        request_id=message.request_id,
        notes=message.notes,
        series_id=message.series_id,
        occurrence=message.occurrence,
        template_id=message.template_id,
        approval=message.approval,
        adapt=message.adapt,
        adapted=message.adapted,
    )
