"""The next revision of a webhook, from what a person asked for; pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import UNSET

from chalicelib import times
from chalicelib.errors import Forbidden, InvalidInput
from chalicelib.webhook_event import OF_EVERYBODY, WebhookEventType
from chalicelib.webhooks.model import PausedBecause, WebhookChange
from chalicelib.webhooks.stored import StoredWebhook

OLD_SECRET_LIFE = timedelta(hours=24)


def check_events(events: Sequence[WebhookEventType], *, of_everybody: bool) -> None:
    """Check the events of a webhook.

    Raises InvalidInput for one that is named twice, and Forbidden for events of everybody unless
    the webhook is an operator's.
    """
    if len(set(events)) < len(events):
        raise InvalidInput("events names one twice")
    if not of_everybody and any(kind.startswith(OF_EVERYBODY) for kind in events):
        raise Forbidden("only operators' webhooks may receive events of orders")


def apply(seen: StoredWebhook, change: WebhookChange, now: datetime) -> StoredWebhook:
    """Replace the fields that were given; who goes on or pauses begins the count anew.

    Raises InvalidInput and Forbidden as `check_events` does.
    """
    given: dict[str, Any] = {
        name: value
        for name in ("url", "description")
        if (value := getattr(change, name)) is not UNSET
    }
    if change.events is not UNSET:
        check_events(change.events, of_everybody=seen.of_everybody)
        given["events"] = sorted(change.events)
    if change.paused is not UNSET and change.paused != seen.is_paused:
        given["paused_because"] = PausedBecause.ASKED if change.paused else None
        given |= {"failures": 0, "failing_since": None}
    return _revise(seen, now, given)


def rotate(seen: StoredWebhook, secret: str, now: datetime) -> StoredWebhook:
    """Replace the secret; the last one is used for a day beside it."""
    until = times.sortable_text(now + OLD_SECRET_LIFE)
    return _revise(
        seen, now, {"secret": secret, "old_secret": seen.secret, "old_secret_until": until}
    )


def _revise(seen: StoredWebhook, now: datetime, given: dict[str, Any]) -> StoredWebhook:
    at = times.sortable_text(now)
    return msgspec.structs.replace(seen, **given, updated_at=at, rev=seen.rev + 1)
