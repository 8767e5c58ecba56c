"""Which events any webhook wants: one item of `OmniState`, which emitters read.

So an order costs nothing more while nobody wants its events, and no function but those that
deliver may read the table of webhooks, with its secrets. Each change of a webhook writes the gate
in one transaction: its `rev` keeps two of them from counting the same webhooks.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec

from chalicelib.aws.table import Condition, Table
from chalicelib.aws.transactions import Put
from chalicelib.webhook_event import WebhookEventType

KEY = {"pk": "WEBHOOKS", "sk": "GATE"}


class Gate(msgspec.Struct, frozen=True):
    """The event types that some webhook wants; `rev` is 0 before the first webhook."""

    rev: int = 0
    events: frozenset[WebhookEventType] = frozenset()


@dataclass(frozen=True, slots=True)
class GateStore:
    """The gate in `OmniState`."""

    table: Table

    def read(self) -> Gate:
        """The gate as of the last acknowledged write. Raises Unavailable."""
        item = self.table.get(KEY)
        return Gate() if item is None else msgspec.convert(item, Gate, strict=False)

    def next_put(self, seen: Gate, wanted: Iterable[WebhookEventType]) -> Put:
        """The gate's part of a transaction, which is refused once `seen` is past."""
        item = {**KEY, "rev": seen.rev + 1, "events": sorted(set(wanted))}
        if seen.rev == 0:
            return Put(self.table.name, item, Condition("attribute_not_exists(pk)"))
        return Put(self.table.name, item, Condition("rev = :rev", values={":rev": seen.rev}))
