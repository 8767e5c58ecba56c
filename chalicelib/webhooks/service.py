"""The webhooks of people: created, changed, looked at, deleted."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from msgspec import UNSET

from chalicelib import times
from chalicelib.web.call import Call
from chalicelib.webhooks import addresses, changes, signing, stored
from chalicelib.webhooks.delivery_store import DeliveryStore
from chalicelib.webhooks.finding import WebhookFinder
from chalicelib.webhooks.model import (
    DeliveriesQuery,
    NewWebhook,
    Webhook,
    WebhookChange,
    WebhookDeliveries,
    WebhookList,
    WebhookSecret,
)
from chalicelib.webhooks.stored import StoredWebhook
from chalicelib.webhooks.writing import WebhookWriter


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The use cases of webhooks; `new_secret` gives random bytes for one."""

    finder: WebhookFinder
    writer: WebhookWriter
    deliveries: DeliveryStore
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
        changes.check_events(new.events, of_everybody=call.principal.is_operator)
        made = self._make(new, call)
        self.writer.create(made)
        return WebhookSecret(webhook=stored.show(made), secret=made.secret)

    def list_all(self, call: Call) -> WebhookList:
        """The caller's webhooks; for operators everybody's."""
        found = self.finder.list_visible(call.principal)
        return WebhookList([stored.show(webhook) for webhook in found])

    def get(self, webhook_id: str, call: Call) -> Webhook:
        """A webhook. Raises NotFound, also for another's."""
        return stored.show(self.finder.find(webhook_id, call.principal))

    def change(self, webhook_id: str, change: WebhookChange, call: Call) -> Webhook:
        """Replace fields; to pause or to go on is one of them.

        Raises as `create` and `get` do, and PreconditionFailed.
        """
        if change.url is not UNSET:
            addresses.parse_url(change.url, loopback=self.loopback)
        changed = self.writer.replace(
            webhook_id, call, lambda seen: changes.apply(seen, change, self.now())
        )
        return stored.show(changed)

    def rotate(self, webhook_id: str, call: Call) -> WebhookSecret:
        """Give a webhook another secret; for a day there are signatures by the last one too."""
        secret = signing.make_secret(self.new_secret())
        changed = self.writer.replace(
            webhook_id, call, lambda seen: changes.rotate(seen, secret, self.now())
        )
        return WebhookSecret(webhook=stored.show(changed), secret=secret)

    def delete(self, webhook_id: str, call: Call) -> None:
        """Delete a webhook. Raises as `change` does."""
        self.writer.delete(webhook_id, call)

    def list_deliveries(
        self, query: DeliveriesQuery, webhook_id: str, call: Call
    ) -> WebhookDeliveries:
        """What became of the newest events of a webhook."""
        webhook = self.finder.find(webhook_id, call.principal)
        return WebhookDeliveries(self.deliveries.list_newest(webhook.id, query.limit))

    def _make(self, new: NewWebhook, call: Call) -> StoredWebhook:
        now = times.sortable_text(self.now())
        return StoredWebhook(
            id=self.new_id(),
            owner=call.principal.id,
            of_everybody=call.principal.is_operator,
            url=new.url,
            events=sorted(new.events),
            description=new.description,
            secret=signing.make_secret(self.new_secret()),
            created_at=now,
            updated_at=now,
        )
