"""What is noted of an order that the queue took: all in `OmniState`, by one call.

Its receipt, by which it is found while it waits; its place among the caller's orders, `pk` =
`ORDERS#<caller>` and `sk` = `<queued_at>#<order id>`; and the request that made it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from chalicelib import times
from chalicelib.aws.attributes import Item
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.request_refs import RequestRef, RequestRefs
from chalicelib.aws.table import Condition, Table
from chalicelib.errors import Unavailable
from chalicelib.ids import is_id, join_key
from chalicelib.orders.model import ANONYMOUS
from chalicelib.orders.store import Receipt, Receipts

OWN_KEPT_S = 8 * 24 * 3600  # an overview goes back by seven days


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Notes orders; `table` and `bulk` are `OmniState`, `now` gives epoch seconds."""

    receipts: Receipts
    refs: RequestRefs
    table: Table
    bulk: Bulk
    now: Callable[[], float] = time.time

    def note(self, receipt: Receipt, queued_at: str) -> None:
        """Note that the queue took the order then.

        Raises Unavailable when some of it was not confirmed.
        """
        if self.bulk.put_all(self.to_items(receipt, queued_at)):
            raise Unavailable("what is noted of the order was not confirmed")

    def to_items(self, receipt: Receipt, queued_at: str) -> list[Item]:
        """What is noted, as it is stored."""
        ref = RequestRef(kind="order", id=receipt.orderID, owner=receipt.placed_by, at=queued_at)
        return [
            self.receipts.to_item(receipt),
            *self._own(receipt, queued_at),
            *self.refs.items(receipt.request_id, ref),
        ]

    def newest_of(self, caller: str, since: datetime, limit: int) -> list[str]:
        """The ids of the newest orders that the caller placed since then, in the last days.

        Raises Unavailable.
        """
        if not is_id(caller):
            return []
        own = Condition(
            "pk = :pk AND sk >= :since",
            values={":pk": join_key("ORDERS", caller), ":since": times.sortable_text(since)},
        )
        items = self.table.query_page(own, limit=limit, forward=False).items
        return [str(item["order_id"]) for item in items]

    def _own(self, receipt: Receipt, queued_at: str) -> list[Item]:
        caller = receipt.placed_by
        if caller == ANONYMOUS or not is_id(caller):
            return []
        return [
            {
                "pk": join_key("ORDERS", caller),
                "sk": f"{queued_at}#{receipt.orderID}",
                "order_id": receipt.orderID,
                "expires_at": int(self.now()) + OWN_KEPT_S,
            }
        ]
