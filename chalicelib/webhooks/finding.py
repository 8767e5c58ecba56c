"""Whose webhooks a person may see: their own, and operators everybody's."""

from dataclasses import dataclass

from chalicelib.errors import NotFound
from chalicelib.ids import require_id
from chalicelib.web.principal import Principal
from chalicelib.webhooks.store import WebhookStore
from chalicelib.webhooks.stored import StoredWebhook


@dataclass(frozen=True, slots=True)
class WebhookFinder:
    """Finds webhooks for people."""

    store: WebhookStore

    def list_visible(self, caller: Principal) -> list[StoredWebhook]:
        """All that this person may see, the oldest first."""
        return [webhook for webhook in self.store.list_all() if _may_see(caller, webhook)]

    def find(self, webhook_id: str, caller: Principal) -> StoredWebhook:
        """A webhook. Raises NotFound, also for another's."""
        found = self.store.get(require_id(webhook_id, "webhook_id"))
        if found is None or not _may_see(caller, found):
            raise NotFound("Webhook not found")
        return found


def _may_see(caller: Principal, webhook: StoredWebhook) -> bool:
    return caller.is_operator or webhook.owner == caller.id
