"""The webhooks of people: created, changed, tried out; another's are found by operators alone."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any

import msgspec
from msgspec import UNSET

from chalicelib import times
from chalicelib.errors import Conflict, Forbidden, NotFound, PreconditionFailed, Unavailable
from chalicelib.ids import require_id
from chalicelib.web.call import Call
from chalicelib.webhook_event import OF_EVERYBODY, EventType
from chalicelib.webhooks import addresses, message, signing, stored
from chalicelib.webhooks.delivering import send
from chalicelib.webhooks.delivery_store import DeliveryStore
from chalicelib.webhooks.gate import Gate
from chalicelib.webhooks.model import (
    MAX_OWN,
    MAX_WEBHOOKS,
    DeliveriesQuery,
    EventDeliveries,
    NewWebhook,
    PausedBecause,
    TrialResult,
    Webhook,
    WebhookChange,
    WebhookList,
    WebhookSecret,
)
from chalicelib.webhooks.sending import Post
from chalicelib.webhooks.store import WebhookStore
from chalicelib.webhooks.stored import StoredWebhook

TRIAL = "webhook.test"
MAX_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The use cases of webhooks; `new_secret` gives random bytes for one."""

    store: WebhookStore
    deliveries: DeliveryStore
    post: Post
    _: KW_ONLY
    loopback: bool
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    new_secret: Callable[[], bytes]

    def create(self, new: NewWebhook, call: Call) -> WebhookSecret:
        """Create a webhook; its secret is shown now and never again.

        Raises InvalidInput for a URL that is not to be called, Forbidden for events of everybody
        by others than operators, Conflict beyond the limits.
        """
        addresses.parse_url(new.url, loopback=self.loopback)
        _require_own_events(new.events, of_everybody=call.principal.is_operator)
        now = times.sortable_text(self.now())
        made = StoredWebhook(
            id=self.new_id(),
            owner=call.principal.id,
            of_everybody=call.principal.is_operator,
            url=new.url,
            events=sorted(set(new.events)),
            description=new.description,
            secret=signing.make_secret(self.new_secret()),
            created_at=now,
            updated_at=now,
        )
        self._commit(lambda others, gate: self._create(made, others, gate))
        return WebhookSecret(webhook=stored.show(made), secret=made.secret)

    def list_all(self, call: Call) -> WebhookList:
        """The caller's webhooks; for operators everybody's."""
        caller = call.principal
        return WebhookList(
            [
                stored.show(webhook)
                for webhook in self.store.list_all()
                if caller.is_operator or webhook.owner == caller.id
            ]
        )

    def get(self, webhook_id: str, call: Call) -> Webhook:
        """A webhook. Raises NotFound, also for another's."""
        return stored.show(self._find(webhook_id, call))

    def change(self, webhook_id: str, change: WebhookChange, call: Call) -> Webhook:
        """Replace fields; to pause or to go on is one of them.

        Raises as `create` and `get` do, and PreconditionFailed.
        """
        if change.url is not UNSET:
            addresses.parse_url(change.url, loopback=self.loopback)
        return stored.show(self._replace(webhook_id, call, lambda seen: self._apply(seen, change)))

    def rotate(self, webhook_id: str, call: Call) -> WebhookSecret:
        """Give a webhook another secret; for a day there are signatures by the last one too."""
        secret = signing.make_secret(self.new_secret())
        changed = self._replace(
            webhook_id, call, lambda seen: stored.rotate(seen, secret, self.now())
        )
        return WebhookSecret(webhook=stored.show(changed), secret=secret)

    def delete(self, webhook_id: str, call: Call) -> None:
        """Delete a webhook. Raises as `change` does."""

        def delete_seen(others: Sequence[StoredWebhook], gate: Gate) -> bool:
            seen = self._find_expected(webhook_id, call)
            return self.store.delete(seen, _without(others, seen.id), gate)

        self._commit(delete_seen)

    def try_out(self, webhook_id: str, call: Call) -> TrialResult:
        """Send a `webhook.test` event now, once, also to a paused webhook; nothing is counted."""
        webhook, now = self._find(webhook_id, call), self.now()
        body = message.encode_payload(TRIAL, times.text(now), {"webhook": webhook.id})
        sent_as = message.make_webhook_id(self.new_id(), webhook.id)
        response = send(self.post, webhook, now, sent_as, body)
        return TrialResult(
            delivered=response.is_success,
            status=response.status,
            error=response.error,
            ms=response.ms,
        )

    def list_deliveries(
        self, query: DeliveriesQuery, webhook_id: str, call: Call
    ) -> EventDeliveries:
        """What became of the newest events of a webhook."""
        webhook = self._find(webhook_id, call)
        return EventDeliveries(self.deliveries.list_newest(webhook.id, query.limit))

    def _create(self, made: StoredWebhook, others: Sequence[StoredWebhook], gate: Gate) -> bool:
        if any(webhook.id == made.id for webhook in others):  # ours, whose response was lost
            return True
        own = [webhook for webhook in others if webhook.owner == made.owner]
        if len(others) >= MAX_WEBHOOKS or len(own) >= MAX_OWN:
            raise Conflict(
                f"there may be {MAX_OWN} webhooks of a person and {MAX_WEBHOOKS} of all; delete one"
            )
        return self.store.create(made, others, gate)

    def _replace(
        self, webhook_id: str, call: Call, build: Callable[[StoredWebhook], StoredWebhook]
    ) -> StoredWebhook:
        made: list[StoredWebhook] = []

        def replace_seen(others: Sequence[StoredWebhook], gate: Gate) -> bool:
            seen = self._find_expected(webhook_id, call)
            changed = build(seen)
            made.append(changed)
            return self.store.replace(changed, _without(others, seen.id), gate)

        self._commit(replace_seen)
        return made[-1]

    def _commit(self, write: Callable[[Sequence[StoredWebhook], Gate], bool]) -> None:
        """Write against others that change webhooks at the same time; the gate is read first."""
        for _ in range(MAX_ROUNDS):
            gate = self.store.gates.read()
            if write(self.store.list_all(), gate):
                return
        raise Unavailable("webhooks are being changed by others; try again")

    def _apply(self, seen: StoredWebhook, change: WebhookChange) -> StoredWebhook:
        given: dict[str, Any] = {
            name: value
            for name in ("url", "description")
            if (value := getattr(change, name)) is not UNSET
        }
        if change.events is not UNSET:
            _require_own_events(change.events, of_everybody=seen.of_everybody)
            given["events"] = sorted(set(change.events))
        if change.paused is not UNSET and change.paused != seen.is_paused:
            given["paused_because"] = PausedBecause.ASKED if change.paused else None
            given |= {"failures": 0, "failing_since": None}
        at = times.sortable_text(self.now())
        return msgspec.structs.replace(seen, **given, updated_at=at, rev=seen.rev + 1)

    def _find(self, webhook_id: str, call: Call) -> StoredWebhook:
        found, caller = self.store.get(require_id(webhook_id, "webhook_id")), call.principal
        if found is None or not (caller.is_operator or found.owner == caller.id):
            raise NotFound("Webhook not found")
        return found

    def _find_expected(self, webhook_id: str, call: Call) -> StoredWebhook:
        seen = self._find(webhook_id, call)
        if not call.precondition.holds(seen.rev):
            raise PreconditionFailed(f"the webhook is at revision {seen.rev}")
        return seen


def _without(webhooks: Sequence[StoredWebhook], webhook_id: str) -> list[StoredWebhook]:
    return [webhook for webhook in webhooks if webhook.id != webhook_id]


def _require_own_events(events: Sequence[EventType], *, of_everybody: bool) -> None:
    if not of_everybody and any(kind.startswith(OF_EVERYBODY) for kind in events):
        raise Forbidden("only operators' webhooks may be told of orders")
