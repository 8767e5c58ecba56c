"""What the table keeps of a webhook, its secrets included, and what its owner sees of it; pure."""

from datetime import datetime

import msgspec

from chalicelib import times
from chalicelib.webhook_event import Event, WebhookEventType
from chalicelib.webhooks.model import LastWebhookAttempt, PausedBecause, Webhook, WebhookState


class StoredWebhook(msgspec.Struct, frozen=True, kw_only=True):
    """A webhook. One `of_everybody`, an operator's, gets the events of all users.

    Times are texts that sort as their times do.
    """

    id: str
    owner: str
    of_everybody: bool
    url: str
    events: list[WebhookEventType]
    secret: str
    created_at: str
    updated_at: str
    description: str = ""
    paused_because: PausedBecause | None = None
    old_secret: str | None = None
    old_secret_until: str | None = None
    rev: int = 1
    failures: int = 0
    failing_since: str | None = None
    last_attempt: LastWebhookAttempt | None = None

    @property
    def is_paused(self) -> bool:
        """Whether it gets no events."""
        return self.paused_because is not None

    def wants(self, event: Event) -> bool:
        """Whether it receives this event."""
        is_meant = self.of_everybody or self.owner == event.owner
        return is_meant and not self.is_paused and event.type in self.events

    def list_secrets(self, now: datetime) -> list[str]:
        """The secrets to sign with, the newest first."""
        until = self.old_secret_until
        if self.old_secret is None or until is None or until <= times.sortable_text(now):
            return [self.secret]
        return [self.secret, self.old_secret]


def show(stored: StoredWebhook) -> Webhook:
    """A webhook as its owner sees it."""
    return Webhook(
        id=stored.id,
        url=stored.url,
        events=stored.events,
        description=stored.description,
        state=WebhookState.PAUSED if stored.is_paused else WebhookState.ACTIVE,
        paused_because=stored.paused_because,
        created_by=stored.owner,
        created_at=stored.created_at,
        updated_at=stored.updated_at,
        rev=stored.rev,
        failures=stored.failures,
        failing_since=stored.failing_since,
        last_attempt=stored.last_attempt,
        old_secret_until=stored.old_secret_until,
    )
