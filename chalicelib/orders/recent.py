"""The newest orders: everybody's for operators, else the caller's own."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from itertools import islice

from chalicelib.errors import NotFound
from chalicelib.orders.acceptance import Acceptance
from chalicelib.orders.lookup import OrderLookup
from chalicelib.orders.model import Order
from chalicelib.orders.rules import Span
from chalicelib.web.call import Call


@dataclass(frozen=True, slots=True)
class RecentOrders:
    """Reads as many as are asked for, however many there are."""

    lookup: OrderLookup
    acceptance: Acceptance
    _: KW_ONLY
    now: Callable[[], datetime]

    def list_newest(self, since: datetime, limit: int, call: Call) -> list[Order]:
        """At most `limit` orders since then, the newest first.

        Operators see what is stored, whoever placed it; others what they placed, queued or stored.
        Raises Unavailable.
        """
        if not call.principal.is_operator:
            return self._list_own(since, limit, call)
        parts = self.lookup.store.newest_first(Span(since, self.now()), None, limit)
        found = (order for part in parts for order, _ in part.orders)
        return list(islice(found, limit))

    def _list_own(self, since: datetime, limit: int, call: Call) -> list[Order]:
        ids = self.acceptance.newest_of(call.principal.id, since, limit)
        stored = {order.orderID: order for order in self.lookup.store.get_all(ids)}
        found = [stored.get(order_id) or self._find(order_id, call) for order_id in ids]
        return [order for order in found if order is not None]

    def _find(self, order_id: str, call: Call) -> Order | None:
        """An order that is only queued; one that was deleted since is none."""
        try:
            return self.lookup.get(order_id, call)
        except NotFound:
            return None
