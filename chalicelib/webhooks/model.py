"""Webhooks as their owners see them: what is sent, what is shown; pure."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.times import Time
from chalicelib.webhook_event import WebhookEventType
from chalicelib.webhooks.addresses import MAX_URL

MAX_WEBHOOKS, MAX_OWN = 50, 10  # of a stage, and of one person
MAX_DELIVERIES = 100

Url = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=MAX_URL,
        extra_json_schema={"pattern": r'^[hH][tT][tT][pP][sS]?://[!"$-\[\]-~]+(?!\n)$'},
        description="https://, a public host, port 443; on stage local this machine over http too.",
        examples=["https://hooks.example.com/omnidata"],
    ),
]
EventTypes = Annotated[
    list[WebhookEventType],
    Meta(
        min_length=1,
        max_length=len(WebhookEventType),
        extra_json_schema={"uniqueItems": True},
        examples=[["message.sent", "message.failed"]],
    ),
]
Description = Annotated[str, Meta(max_length=200, examples=["Our CRM"])]


class WebhookState(StrEnum):
    """Whether a webhook gets events."""

    ACTIVE = "active"
    PAUSED = "paused"


class PausedBecause(StrEnum):
    """Why a webhook is paused: a person did it, its receiver answered 410, or it kept failing."""

    ASKED = "asked"
    GONE = "gone"
    FAILING = "failing"


class WebhookOutcome(StrEnum):
    """What became of an event for a webhook; `skipped` is one that came while it was paused."""

    DELIVERED = "delivered"
    RETRYING = "retrying"
    FAILED = "failed"
    SKIPPED = "skipped"


class NewWebhook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A webhook to create. `order.` events are for operators, and theirs are of everybody."""

    url: Url
    events: EventTypes
    description: Description = ""


class WebhookChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fields to replace. What happens while it is `paused` is not sent later."""

    url: Url | msgspec.UnsetType = msgspec.UNSET
    events: EventTypes | msgspec.UnsetType = msgspec.UNSET
    description: Description | msgspec.UnsetType = msgspec.UNSET
    paused: bool | msgspec.UnsetType = msgspec.UNSET


class LastWebhookAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """The last attempt at a receiver. `status` is null where it did not respond."""

    at: Time
    event: WebhookEventType
    outcome: WebhookOutcome
    status: int | None = None


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook without its secret. `rev` counts its changes from 1 and is its entity tag.

    `failures` are the events that failed since the last success, `failing_since` the first of
    them. Until `old_secret_until` there are signatures by two secrets.
    """

    id: str
    url: str
    events: list[WebhookEventType]
    description: str
    state: WebhookState
    paused_because: PausedBecause | None
    created_by: str
    created_at: Time
    updated_at: Time
    rev: int
    failures: int
    failing_since: Time | None
    last_attempt: LastWebhookAttempt | None
    old_secret_until: Time | None


class WebhookSecret(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook with its secret, which is shown this once."""

    webhook: Webhook
    secret: Annotated[str, Meta(examples=["whsec_" + "A" * 43 + "="])]


class WebhookList(msgspec.Struct, frozen=True):
    """All webhooks that the caller may see, the oldest first."""

    webhooks: list[Webhook]


class DeliveriesQuery(msgspec.Struct, frozen=True):
    """How many to list."""

    limit: Annotated[int, Meta(ge=1, le=MAX_DELIVERIES)] = 25


class WebhookDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """One event for one webhook. `webhook_id` is the header of that name, the same each attempt.

    `status` and `error` are of the last attempt; `status` is null where nobody responded.
    """

    webhook_id: str
    event: WebhookEventType
    at: Time
    outcome: WebhookOutcome
    attempts: int
    status: int | None = None
    error: str | None = None
    attempted_at: Time | None = None
    next_attempt_at: Time | None = None


class WebhookDeliveries(msgspec.Struct, frozen=True):
    """The newest events of a webhook of the last fifteen days, newest first."""

    deliveries: list[WebhookDelivery]


class WebhookTestResult(msgspec.Struct, frozen=True, kw_only=True):
    """What the receiver responded to a `webhook.test` event, within `ms` milliseconds."""

    delivered: bool
    status: int | None
    error: str | None
    ms: int
