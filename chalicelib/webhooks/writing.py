"""Writes webhooks against others that do so at the same time; the gate is read first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from chalicelib.errors import Conflict, PreconditionFailed, Unavailable
from chalicelib.web.call import Call
from chalicelib.webhooks.finding import WebhookFinder
from chalicelib.webhooks.gate import Gate
from chalicelib.webhooks.model import MAX_OWN, MAX_WEBHOOKS
from chalicelib.webhooks.store import WebhookStore
from chalicelib.webhooks.stored import StoredWebhook

MAX_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class WebhookWriter:
    """Creates, replaces and deletes; each raises Unavailable if others never let it."""

    store: WebhookStore
    finder: WebhookFinder

    def create(self, made: StoredWebhook) -> None:
        """Write a new webhook. Raises Conflict beyond the limits."""

        def create_beside(others: Sequence[StoredWebhook], gate: Gate) -> bool:
            if any(webhook.id == made.id for webhook in others):  # ours: its response was lost
                return True
            _require_room(made.owner, others)
            return self.store.create(made, others, gate)

        self._commit(create_beside)

    def replace(
        self, webhook_id: str, call: Call, build: Callable[[StoredWebhook], StoredWebhook]
    ) -> StoredWebhook:
        """Write what `build` makes of a webhook. Raises NotFound and PreconditionFailed."""
        made: list[StoredWebhook] = []

        def replace_seen(others: Sequence[StoredWebhook], gate: Gate) -> bool:
            seen = self._find_expected(webhook_id, call)
            made.append(build(seen))
            return self.store.replace(made[-1], _without(others, seen.id), gate)

        self._commit(replace_seen)
        return made[-1]

    def delete(self, webhook_id: str, call: Call) -> None:
        """Delete a webhook. Raises NotFound and PreconditionFailed."""

        def delete_seen(others: Sequence[StoredWebhook], gate: Gate) -> bool:
            seen = self._find_expected(webhook_id, call)
            return self.store.delete(seen, _without(others, seen.id), gate)

        self._commit(delete_seen)

    def _commit(self, write: Callable[[Sequence[StoredWebhook], Gate], bool]) -> None:
        for _ in range(MAX_ROUNDS):
            gate = self.store.gates.read()
            if write(self.store.list_all(), gate):
                return
        raise Unavailable("webhooks are being changed by others; try again")

    def _find_expected(self, webhook_id: str, call: Call) -> StoredWebhook:
        seen = self.finder.find(webhook_id, call.principal)
        if not call.precondition.holds(seen.rev):
            raise PreconditionFailed(f"the webhook is at revision {seen.rev}")
        return seen


def _require_room(owner: str, others: Sequence[StoredWebhook]) -> None:
    own = [webhook for webhook in others if webhook.owner == owner]
    if len(others) >= MAX_WEBHOOKS or len(own) >= MAX_OWN:
        raise Conflict(
            f"there may be {MAX_OWN} webhooks of a person and {MAX_WEBHOOKS} of all; delete one"
        )


def _without(webhooks: Sequence[StoredWebhook], webhook_id: str) -> list[StoredWebhook]:
    return [webhook for webhook in webhooks if webhook.id != webhook_id]
