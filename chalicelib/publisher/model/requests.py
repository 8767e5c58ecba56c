"""What authors send: messages, changes, times, and what became of a delivery; pure."""

from enum import StrEnum
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from chalicelib.ids import Id
from chalicelib.publisher import due_times
from chalicelib.publisher.model.adaptation import Adapt
from chalicelib.publisher.model.statuses import Channel, MessageStatus
from chalicelib.times import ExactTime
from chalicelib.web.cursors import Cursor

MAX_RECIPIENTS = 40  # of one kind: message, deliveries and marker are one transaction of 100 items
MAX_MEDIA = 20
MAX_CONTENT, MAX_SUBJECT = 100_000, 200
MAX_FIELDS, MAX_FIELD_TEXT = 50, 10_000  # of a template: how many, and characters of one's text

Content = Annotated[str, Meta(min_length=1, max_length=MAX_CONTENT)]
# One line; `(?!\n)$` as in ids.
Subject = Annotated[str, Meta(min_length=1, max_length=MAX_SUBJECT, pattern=r"^[^\r\n]+(?!\n)$")]


class MessageOverride(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What one channel says instead."""

    content: Content | None = None
    subject: Subject | None = None


Channels = Annotated[
    list[Channel],
    Meta(min_length=1, max_length=len(Channel), extra_json_schema={"uniqueItems": True}),
]
MediaIds = Annotated[list[Id], Meta(max_length=MAX_MEDIA, extra_json_schema={"uniqueItems": True})]
Overrides = Annotated[
    dict[Channel, MessageOverride],
    Meta(extra_json_schema={"propertyNames": {"enum": [str(channel) for channel in Channel]}}),
]
ScheduledAt = Annotated[str, Meta(extra_json_schema={"pattern": due_times.PATTERN})]


class MessageRecipients(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """E-mail addresses, and phone numbers as +4915112345678 (E.164)."""

    email: Annotated[list[str], Meta(max_length=MAX_RECIPIENTS)] = []
    sms: Annotated[list[str], Meta(max_length=MAX_RECIPIENTS)] = []


class TemplateUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The template to make a message from, and what its fields say, by their names."""

    id: Id
    fields: Annotated[
        dict[str, Annotated[str, Meta(max_length=MAX_FIELD_TEXT)]],
        Meta(max_length=MAX_FIELDS, examples=[{"place": "Berlin"}]),
    ] = {}


class NewMessage(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message to publish: now, at `scheduled_at`, or as a `draft` later.

    `content` and `channels` are required, unless a `template` has them; what is named here wins
    over it. `scheduled_at` is an RFC 3339 time, or a local one with `time_zone`; past for a draft
    alone, which then needs another one to be scheduled. `media` are ids of
    confirmed uploads. Without `recipients`, e-mail and SMS go to the stage's default recipients.
    `adapt` has a language model rewrite the text for channels that `overrides` has none for.
    """

    REQUIRED_UNLESS: ClassVar = ("template", ("content", "channels"))

    content: Content | msgspec.UnsetType = msgspec.UNSET
    channels: Channels | msgspec.UnsetType = msgspec.UNSET
    subject: Subject | msgspec.UnsetType | None = msgspec.UNSET
    scheduled_at: ScheduledAt | None = None
    time_zone: str | None = None
    media: MediaIds | msgspec.UnsetType = msgspec.UNSET
    overrides: Overrides | msgspec.UnsetType = msgspec.UNSET
    recipients: MessageRecipients | None = None
    draft: bool = False
    template: TemplateUse | None = None
    adapt: Adapt = False


class MessageChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields to replace of a message that has not gone out; what is missing stays."""

    content: Content | msgspec.UnsetType = msgspec.UNSET
    channels: Channels | msgspec.UnsetType = msgspec.UNSET
    subject: Subject | msgspec.UnsetType | None = msgspec.UNSET
    scheduled_at: ScheduledAt | msgspec.UnsetType | None = msgspec.UNSET
    time_zone: str | msgspec.UnsetType | None = msgspec.UNSET
    media: MediaIds | msgspec.UnsetType = msgspec.UNSET
    overrides: Overrides | msgspec.UnsetType = msgspec.UNSET
    recipients: MessageRecipients | msgspec.UnsetType | None = msgspec.UNSET
    draft: bool | msgspec.UnsetType = msgspec.UNSET
    adapt: Adapt | msgspec.UnsetType = msgspec.UNSET


class NewMessageTime(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The new time of a scheduled message."""

    scheduled_at: ScheduledAt
    time_zone: str | None = None


class ResolutionOutcome(StrEnum):
    """What an author found out about an unconfirmed delivery."""

    LIVE = "live"
    POST_AGAIN = "post_again"


class DeliveryResolution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of an unconfirmed delivery; `target` names the recipient where there are more."""

    channel: Channel
    outcome: ResolutionOutcome
    target: str | None = None


class MessageList(msgspec.Struct, frozen=True):
    """Which messages of the caller to list, newest first.

    Where messages need approval, those that are `waiting` are everybody's, first due first.

    With `from` or `to` it is the calendar: those due in [`from`, `to`), earliest first, of at
    most 62 days.
    """

    status: MessageStatus | None = None
    channel: Channel | None = None
    from_: ExactTime | None = msgspec.field(name="from", default=None)
    to: ExactTime | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 25
    cursor: Cursor | None = None
