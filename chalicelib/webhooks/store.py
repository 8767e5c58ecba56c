"""Webhooks in their table: one small partition of all of them, `pk` = `HOOKS`.

They hold their secrets, so only the routes and `deliver_webhooks` may read the table (ADR 0036).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.aws.transactions import Action, Delete, Put, transact
from chalicelib.webhooks.gate import Gate, GateStore
from chalicelib.webhooks.model import LastWebhookAttempt, PausedBecause
from chalicelib.webhooks.stored import StoredWebhook

PARTITION = "HOOKS"
_THERE, _ABSENT = Condition("attribute_exists(pk)"), Condition("attribute_not_exists(pk)")


@dataclass(frozen=True, slots=True)
class WebhookStore:
    """The webhooks, and the gate that follows from them."""

    table: Table
    gates: GateStore

    def list_all(self) -> list[StoredWebhook]:
        """Every webhook as of the last acknowledged write, the oldest first."""
        found = [_from_item(item) for item in self.table.query("pk", PARTITION, consistent=True)]
        return sorted(found, key=lambda webhook: (webhook.created_at, webhook.id))

    def get(self, webhook: str) -> StoredWebhook | None:
        """A webhook as of the last acknowledged write; None if there is none."""
        item = self.table.get(_key(webhook))
        return None if item is None else _from_item(item)

    def create(self, made: StoredWebhook, others: Sequence[StoredWebhook], gate: Gate) -> bool:
        """Write a webhook beside `others`; False if they or `gate` are past."""
        put = Put(self.table.name, _to_item(made), _ABSENT)
        return self._commit(put, [*others, made], gate)

    def replace(self, changed: StoredWebhook, others: Sequence[StoredWebhook], gate: Gate) -> bool:
        """Write the next revision; False if the last one or `gate` are past.

        What a delivery counted since `changed` was read is lost: it is for people to look at.
        """
        put = Put(self.table.name, _to_item(changed), _at_rev(changed.rev - 1))
        return self._commit(put, [*others, changed], gate)

    def delete(self, seen: StoredWebhook, others: Sequence[StoredWebhook], gate: Gate) -> bool:
        """Delete this revision; False if it or `gate` are past."""
        return self._commit(Delete(self.table.name, _key(seen.id), _at_rev(seen.rev)), others, gate)

    def note(self, webhook: str, attempt: LastWebhookAttempt) -> None:
        """Keep the last attempt; a webhook that was deleted stays so."""
        self._update(webhook, "SET last_attempt = :last", {":last": _builtins(attempt)})

    def note_success(self, webhook: str, attempt: LastWebhookAttempt) -> None:
        """As `note`, and no failure is counted any more."""
        change = "SET last_attempt = :last REMOVE failures, failing_since"
        self._update(webhook, change, {":last": _builtins(attempt)})

    def note_failure(self, webhook: str, attempt: LastWebhookAttempt) -> StoredWebhook | None:
        """As `note`, and count one more failed event; returns the webhook, None if deleted."""
        change = (
            "SET last_attempt = :last, failing_since = if_not_exists(failing_since, :at)"
            " ADD failures :one"
        )
        values = {":last": _builtins(attempt), ":at": attempt.at, ":one": 1}
        return self._update(webhook, change, values)

    def pause(self, webhook: str, because: PausedBecause, at: str) -> None:
        """Pause a webhook that is active. The gate may stay open: it is shut by the next change."""
        change = Condition(
            "SET paused_because = :why, updated_at = :at ADD rev :one",
            values={":why": because, ":at": at, ":one": 1},
        )
        active = Condition("attribute_exists(pk) AND attribute_not_exists(paused_because)")
        try:
            self.table.update(_key(webhook), change, active)
        except ConditionFailed:
            return

    def _update(self, webhook: str, change: str, values: Item) -> StoredWebhook | None:
        try:
            item = self.table.update(_key(webhook), Condition(change, values=values), _THERE)
        except ConditionFailed:
            return None
        return _from_item(item)

    def _commit(self, action: Action, after: Sequence[StoredWebhook], gate: Gate) -> bool:
        wanted = {kind for webhook in after if not webhook.is_paused for kind in webhook.events}
        return not transact(self.table.client, [action, self.gates.next_put(gate, wanted)])


def _key(webhook: str) -> dict[str, str]:
    return {"pk": PARTITION, "sk": webhook}


def _at_rev(rev: int) -> Condition:
    return Condition("rev = :rev", values={":rev": rev})


def _builtins(value: msgspec.Struct) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(value)
    return found


def _to_item(webhook: StoredWebhook) -> Item:
    kept = {name: value for name, value in _builtins(webhook).items() if value is not None}
    return {**_key(webhook.id), **kept}


def _from_item(item: Item) -> StoredWebhook:
    return msgspec.convert(item, StoredWebhook, strict=False)
