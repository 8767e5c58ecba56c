"""Messages and deliveries as their authors see them; pure."""

import msgspec

from chalicelib.publisher.model.adaptation import Adapt, AdaptedText
from chalicelib.publisher.model.approvals import MessageApproval
from chalicelib.publisher.model.requests import MessageRecipients, Overrides
from chalicelib.publisher.model.statuses import (
    Channel,
    DeliveryErrorClass,
    MessageDeliveryError,
    MessageDeliveryStatus,
    MessageStatus,
)


class PlatformCall(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a platform was asked, such as `POST api.linkedin.com/rest/posts`, and its response.

    `request` has neither query nor content. `fault` is the kind of network fault when there was no
    response. By `request_id` the platform's support finds the call; of an e-mail or an SMS that was
    accepted it is the id of that.
    """

    request: str
    status: int | None = None
    request_id: str | None = None
    fault: str | None = None


class DeliveryAttempt(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One attempt at a delivery, begun `at`.

    Without an `outcome` it is under way, or its process died. `call` is the publish call, or the
    last one before it; without one nothing was asked, or it is not known.
    """

    at: str
    outcome: MessageDeliveryStatus | None = None
    duration_ms: int | None = None
    error_class: DeliveryErrorClass | None = None
    error_code: str | None = None
    call: PlatformCall | None = None


class MessageDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """A message on one channel, to one recipient. Times are UTC texts.

    `last_attempts` are at most ten, the earliest first; null in lists.
    """

    channel: Channel
    target: str | None
    status: MessageDeliveryStatus
    text: str | None = None
    attempts: int = 0
    next_attempt_at: str | None = None
    external_id: str | None = None
    permalink: str | None = None
    error: MessageDeliveryError | None = None
    sent_at: str | None = None
    last_attempts: list[DeliveryAttempt] | None = None


class OutboundMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message with its deliveries. `rev` counts its changes from 1 and is its entity tag.

    `notes` say what was changed on the way in, such as an hour that the time zone skips. A message
    of a series names that, and by `occurrence` which one it is; one that was made of a template
    names that, even if it is deleted. `approval` is null of one that never waited for it.
    `adapted` are the texts that a language model was asked for, by channel, as they are sent.
    """

    id: str
    status: MessageStatus
    content: str
    subject: str | None
    channels: list[MessageDelivery]
    media: list[str]
    overrides: Overrides
    recipients: MessageRecipients | None
    scheduled_at: str | None
    time_zone: str | None
    created_by: str
    created_at: str
    updated_at: str
    rev: int
    request_id: str
    notes: list[str] = []
    series_id: str | None = None
    occurrence: str | None = None
    template_id: str | None = None
    approval: MessageApproval | None = None
    adapt: Adapt = False
    adapted: dict[Channel, AdaptedText] = {}


class MessagePage(msgspec.Struct, frozen=True):
    """Some messages, and the cursor of the next page, null at the end."""

    messages: list[OutboundMessage]
    next_cursor: str | None
