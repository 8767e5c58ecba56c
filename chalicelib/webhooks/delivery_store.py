"""What became of events at webhooks: `pk` = `HOOK#<webhook>`, `sk` = `EVENT#<event>`; kept a while.

The index `by-time` has them by `at`. It is by these items that an event that is emitted or
received again is not sent again.
"""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta

import msgspec

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.ids import join_key
from chalicelib.webhooks.model import WebhookDelivery, WebhookOutcome

INDEX = "by-time"
KEPT = timedelta(days=15)  # longer than the queue keeps a message


@dataclass(frozen=True, slots=True)
class DeliveryStore:
    """The deliveries of all webhooks, in their table."""

    table: Table
    _: KW_ONLY
    now: Callable[[], datetime]

    def find(self, webhook: str, event: str) -> WebhookDelivery | None:
        """What became of an event so far; None before its first attempt."""
        item = self.table.get(_key(webhook, event))
        return None if item is None else _from_item(item)

    def put(self, webhook: str, event: str, made: WebhookDelivery) -> None:
        """Keep an attempt, unless one that was delivered, or a later one, is kept already."""
        expires_at = int((self.now() + KEPT).timestamp())
        item = {**_key(webhook, event), "expires_at": expires_at, **_to_attributes(made)}
        values = {":delivered": WebhookOutcome.DELIVERED, ":n": made.attempts}
        later = "outcome <> :delivered AND attempts < :n"
        if made.outcome is WebhookOutcome.DELIVERED:
            later, values = "outcome <> :delivered", {":delivered": WebhookOutcome.DELIVERED}
        try:
            condition = Condition(f"attribute_not_exists(pk) OR ({later})", values=values)
            self.table.put(item, condition)
        except ConditionFailed:
            return

    def list_newest(self, webhook: str, limit: int) -> list[WebhookDelivery]:
        """The newest of a webhook, newest first; some seconds behind."""
        partition = Condition("pk = :pk", values={":pk": join_key("HOOK", webhook)})
        page = self.table.query_page(partition, index=INDEX, limit=limit, forward=False)
        return [_from_item(item) for item in page.items]


def _key(webhook: str, event: str) -> dict[str, str]:
    return {"pk": join_key("HOOK", webhook), "sk": join_key("EVENT", event)}


def _to_attributes(made: WebhookDelivery) -> Item:
    fields = msgspec.to_builtins(made)
    return {name: value for name, value in fields.items() if value is not None}


def _from_item(item: Item) -> WebhookDelivery:
    return msgspec.convert(item, WebhookDelivery, strict=False)
