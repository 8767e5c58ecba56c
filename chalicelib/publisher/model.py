"""What a message is, and the shapes of its requests and responses; pure."""

import datetime as dt
from enum import StrEnum
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from chalicelib.ids import Id

MAX_RECIPIENTS = 40  # of one kind: message, deliveries and marker are one transaction of 100 items
MAX_MEDIA = 20
MAX_CONTENT = 100_000
URL_PATTERN = r"^https?://[^\s<>\"]+$"
MAX_UPLOAD_BYTES = 8 * 1024 * 1024

Content = Annotated[str, Meta(min_length=1, max_length=MAX_CONTENT)]
# One line; `(?!\n)$` as in ids.
Subject = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\r\n]+(?!\n)$")]


class Channel(StrEnum):
    """Where a message may go."""

    FACEBOOK = "facebook"
    INSTAGRAM = "instagram"
    LINKEDIN = "linkedin"
    EMAIL = "email"
    SMS = "sms"


class MessageStatus(StrEnum):
    """How far a message has come; after `scheduled` it follows from its deliveries."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    PARTIAL = "partial"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    CANCELLED = "cancelled"


class DeliveryStatus(StrEnum):
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


class ErrorClass(StrEnum):
    """What follows from a failed attempt."""

    TRANSIENT = "transient"  # tried again with back-off
    RATE = "rate"  # tried again when the platform allows it
    HOLD = "hold"  # the channel waits until a setting is mended
    PERMANENT = "permanent"  # not tried again
    UNKNOWN = "unknown"  # it may be live
    MISSED = "missed"  # not sent within 24 hours of its time


class DeliveryError(msgspec.Struct, frozen=True, kw_only=True):
    """Why an attempt failed, by the platform's own code, and what to do about it."""

    class_: ErrorClass = msgspec.field(name="class")
    code: str
    message: str
    advice: str


class Override(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one channel says instead."""

    content: Content | None = None
    subject: Subject | None = None


class Recipients(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """E-mail addresses, and phone numbers as +4915112345678 (E.164)."""

    email: Annotated[list[str], Meta(max_length=MAX_RECIPIENTS)] = []
    sms: Annotated[list[str], Meta(max_length=MAX_RECIPIENTS)] = []


class NewMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message to publish: now, at `scheduled_at`, or as a `draft` later.

    `scheduled_at` is an RFC 3339 time, or a local one with `time_zone`; past for a draft alone,
    which then needs another one to be scheduled. `media` are ids of
    confirmed uploads. Without `recipients`, e-mail and SMS go to the stage's default recipients.
    """

    content: Content
    channels: Annotated[list[Channel], Meta(min_length=1, max_length=len(Channel))]
    subject: Subject | None = None
    scheduled_at: str | None = None
    time_zone: str | None = None
    media: Annotated[list[Id], Meta(max_length=MAX_MEDIA)] = []
    overrides: dict[Channel, Override] = {}
    recipients: Recipients | None = None
    draft: bool = False


class MessageChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of a draft or scheduled message to replace; what is missing stays."""

    content: Content | msgspec.UnsetType = msgspec.UNSET
    channels: (
        Annotated[list[Channel], Meta(min_length=1, max_length=len(Channel))] | msgspec.UnsetType
    ) = msgspec.UNSET
    subject: Subject | msgspec.UnsetType | None = msgspec.UNSET
    scheduled_at: str | msgspec.UnsetType | None = msgspec.UNSET
    time_zone: str | msgspec.UnsetType | None = msgspec.UNSET
    media: Annotated[list[Id], Meta(max_length=MAX_MEDIA)] | msgspec.UnsetType = msgspec.UNSET
    overrides: dict[Channel, Override] | msgspec.UnsetType = msgspec.UNSET
    recipients: Recipients | msgspec.UnsetType | None = msgspec.UNSET
    draft: bool | msgspec.UnsetType = msgspec.UNSET


class NewTime(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The new time of a scheduled message."""

    scheduled_at: str
    time_zone: str | None = None


class Outcome(StrEnum):
    """What an author found out about an unconfirmed delivery."""

    LIVE = "live"
    POST_AGAIN = "post_again"


class Resolution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of an unconfirmed delivery; `target` names the recipient where there are more."""

    channel: Channel
    outcome: Outcome
    target: str | None = None


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """A message on one channel, to one recipient. Times are UTC texts."""

    channel: Channel
    target: str | None
    status: DeliveryStatus
    text: str | None = None
    attempts: int = 0
    next_attempt_at: str | None = None
    external_id: str | None = None
    permalink: str | None = None
    error: DeliveryError | None = None
    sent_at: str | None = None


class OutboundMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message with its deliveries. `rev` counts its changes from 1 and is its entity tag.

    `notes` say what was changed on the way in, such as an hour that the time zone skips.
    """

    id: str
    status: MessageStatus
    content: str
    subject: str | None
    channels: list[Delivery]
    media: list[str]
    overrides: dict[Channel, Override]
    recipients: Recipients | None
    scheduled_at: str | None
    time_zone: str | None
    created_by: str
    created_at: str
    updated_at: str
    rev: int
    request_id: str
    notes: list[str] = []


class MessageList(msgspec.Struct, frozen=True):
    """Which messages of the caller to list, newest first.

    With `from` or `to` it is the calendar: those due in [`from`, `to`), earliest first, of at
    most 62 days.
    """

    status: MessageStatus | None = None
    channel: Channel | None = None
    from_: str | None = msgspec.field(name="from", default=None)
    to: str | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 25
    cursor: str | None = None


class MessagePage(msgspec.Struct, frozen=True):
    """Some messages, and the cursor of the next page, null at the end."""

    messages: list[OutboundMessage]
    next_cursor: str | None


class RuleProblem(msgspec.Struct, frozen=True):
    """A rule of a channel that the message breaks."""

    code: str
    message: str


class ChannelCheck(msgspec.Struct, frozen=True, kw_only=True):
    """The text as it would go to a channel, its length as the platform counts, and problems.

    `segments` is the number of parts of an SMS.
    """

    channel: Channel
    text: str
    length: int
    limit: int
    segments: int | None = None
    problems: list[RuleProblem] = []


class Validation(msgspec.Struct, frozen=True):
    """Whether a message could be published as it is, channel by channel."""

    ok: bool
    channels: list[ChannelCheck]


class ChannelHold(msgspec.Struct, frozen=True, kw_only=True):
    """Why a channel waits, since when, and the setting to mend."""

    since: str
    code: str
    message: str
    setting: str
    next_attempt_at: str


class ChannelState(msgspec.Struct, frozen=True, kw_only=True):
    """A channel: the account it publishes as, its limits, and how it does."""

    channel: Channel
    connected_as: str | None
    text_limit: int
    media_limit: int
    media_required: bool
    hold: ChannelHold | None = None
    last_success_at: str | None = None
    last_failure: DeliveryError | None = None
    last_failure_at: str | None = None


class ChannelStates(msgspec.Struct, frozen=True):
    """Every channel of the stage."""

    channels: list[ChannelState]


class NewUpload(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An image to upload, JPEG or PNG, of at most 8 MiB."""

    content_type: Literal["image/jpeg", "image/png"]
    size_bytes: Annotated[int, Meta(ge=1, le=MAX_UPLOAD_BYTES)]


class ImageUpload(msgspec.Struct, frozen=True, kw_only=True):
    """Where to post a form with `fields` and then the file as `file`, before `expires_at`."""

    id: str
    url: str
    fields: dict[str, str]
    expires_at: str


class MediaStatus(StrEnum):
    """Whether an upload may be used."""

    PENDING = "pending"
    CONFIRMED = "confirmed"


class Media(msgspec.Struct, frozen=True, kw_only=True):
    """An image; `url` shows it for an hour. Sizes in bytes and pixels, null until confirmed."""

    id: str
    status: MediaStatus
    content_type: str
    size_bytes: int
    width: int | None
    height: int | None
    created_at: str
    url: str | None


class CertificationStatus(StrEnum):
    """Whether a certificate is valid; `expiring` within 60 days."""

    ACTIVE = "active"
    EXPIRING = "expiring"
    EXPIRED = "expired"


class NewCertification(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A certificate of the caller's; `badge_media` is the id of a confirmed upload.

    Dates are YYYY-MM-DD; without `expires_on` it never expires.
    """

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    issuer: Annotated[str, Meta(min_length=1, max_length=200)]
    issued_on: dt.date
    expires_on: dt.date | None = None
    credential_id: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    verify_url: Annotated[str, Meta(pattern=URL_PATTERN, max_length=2000)] | None = None
    badge_media: Id | None = None


class Certification(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate. `rev` counts its changes from 1 and is its entity tag."""

    id: str
    status: CertificationStatus
    name: str
    issuer: str
    issued_on: dt.date
    expires_on: dt.date | None
    credential_id: str | None
    verify_url: str | None
    badge_media: str | None
    created_at: str
    updated_at: str
    rev: int


class CertificationList(msgspec.Struct, frozen=True):
    """Which page of the caller's certificates to list, newest first."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 25
    cursor: str | None = None


class CertificationPage(msgspec.Struct, frozen=True):
    """Some certificates, and the cursor of the next page, null at the end."""

    certifications: list[Certification]
    next_cursor: str | None
