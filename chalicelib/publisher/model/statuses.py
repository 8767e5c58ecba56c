"""Where a message goes, and how far it and its deliveries have come; pure."""

from enum import StrEnum

import msgspec


class Channel(StrEnum):
    """Where a message may go."""

    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    LINKEDIN = "linkedin"
    EMAIL = "email"
    SMS = "sms"


class MessageStatus(StrEnum):
    """How far a message has come; after `scheduled` it follows from its deliveries.

    `waiting` is for approval, on a stage that requires it.
    """

    DRAFT = "draft"
    WAITING = "waiting"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    PARTIAL = "partial"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class MessageDeliveryStatus(StrEnum):
    """How far one delivery has come.

    `processing` waits for the platform, `retry` for the next attempt. `unconfirmed` is a publish
    call whose outcome is unknown: it is never repeated unless its author says so.
    """

    PENDING = "pending"
    SENDING = "sending"
    PROCESSING = "processing"
    RETRY = "retry"
    SENT = "sent"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class DeliveryErrorClass(StrEnum):
    """What follows from a failed attempt."""

    TRANSIENT = "transient"  # tried again with back-off
    RATE = "rate"  # tried again when the platform allows it
    HOLD = "hold"  # the channel waits until a setting is mended
    PERMANENT = "permanent"  # not tried again
    UNKNOWN = "unknown"  # it may be live
    MISSED = "missed"  # not sent within 24 hours of its time


class MessageDeliveryError(msgspec.Struct, frozen=True, kw_only=True):
    """Why an attempt failed, by the platform's own code, and what to do about it."""

    class_: DeliveryErrorClass = msgspec.field(name="class")
    code: str
    message: str
    advice: str
