"""Pages of orders by time; what else is asked for is looked for among those of the time."""

import time
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any

from chalicelib import strict_json, times
from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition
from chalicelib.ids import require_id
from chalicelib.orders import rules
from chalicelib.orders.model import Order, OrderList, OrderPage
from chalicelib.orders.rules import Span
from chalicelib.orders.store import OrderStore
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors
from chalicelib.web.pages import WIRE_BYTES, PageRead, ReadBounds, count_wire_bytes

AT_ONCE = 500  # orders of a call that looks for some of them
BOUNDS = ReadBounds()
_FILTERS = {
    "status": "#status = :status",
    "placed_by": "#placed_by = :placed_by",
    "q": "begins_with(#q, :q)",
}
_NAMES = {"#status": "status", "#placed_by": "placed_by", "#q": "orderID"}


@dataclass(frozen=True, slots=True)
class OrderListing:
    """Lists stored orders; `clock` gives monotonic seconds."""

    store: OrderStore
    cursors: Cursors
    _: KW_ONLY
    now: Callable[[], datetime]
    clock: Callable[[], float] = time.monotonic
    bounds: ReadBounds = BOUNDS

    def page(self, query: OrderList, call: Call) -> OrderPage:
        """Orders by the time they were queued, the newest first.

        Raises InvalidInput for a foreign cursor, a bad range or a bad id.
        """
        by = call.principal
        if query.placed_by is not None:
            require_id(query.placed_by, "placed_by")
        asked = f"orders {query.since} {query.until} {query.status} {query.placed_by} {query.q}"
        position = self.cursors.open(query.cursor, owner=by.id, query=asked)
        if position is None:
            position = _position(rules.span(query, self.now()), None)
        # The first page's times hold for all: without them "now" would move on between pages.
        span = rules.span(OrderList(position["since"], position["until"]), self.now())
        page, scanned, after = self._read(query, span, position["after"])
        following = None if after is None else _position(span, after)
        cursor = self.cursors.seal(following, owner=by.id, query=asked)
        return OrderPage(page.orders, cursor, PageRead(scanned, len(page.orders), after is None))

    def _read(
        self, query: OrderList, span: Span, after: Item | None
    ) -> tuple["_Page", int, Item | None]:
        """A page, how many orders were read for it, and where to go on, None at the end."""
        matching, page, scanned = _build_filter(query), _Page(query.limit), 0
        until_s = self.clock() + self.bounds.time_s
        # One more than is wanted tells whether there is more.
        at_once = query.limit + 1 if matching is None else AT_ONCE
        for part in self.store.newest_first(span, after, at_once, matching):
            scanned += part.scanned
            if not page.take(part.orders):
                return page, scanned, page.last_key
            is_found = matching is not None and len(page.orders) == query.limit
            is_over = scanned >= self.bounds.items or self.clock() >= until_s
            if is_found or is_over or part.following is None:
                return page, scanned, part.following
        return page, scanned, None


class _Page:
    """The orders of one response: at most `limit` of them, and as many bytes as it carries."""

    def __init__(self, limit: int) -> None:
        self.orders: list[Order] = []
        self.last_key: Item | None = None
        self._limit = limit
        self._room_bytes = WIRE_BYTES

    def take(self, orders: Sequence[tuple[Order, Item]]) -> bool:
        """Add what has room; False where something is left for the next page."""
        for order, key in orders:
            self._room_bytes -= count_wire_bytes(strict_json.encode(order))
            if len(self.orders) == self._limit or (self.orders and self._room_bytes < 0):
                return False
            self.orders.append(order)
            self.last_key = key
        return True


def _position(span: Span, after: Item | None) -> dict[str, Any]:
    since, until = (times.sortable_text(at) for at in span)
    return {"since": since, "until": until, "after": after}


def _build_filter(query: OrderList) -> Condition | None:
    """What is asked for beside the time; None for all orders."""
    given = [name for name in _FILTERS if getattr(query, name) is not None]
    if not given:
        return None
    return Condition(
        " AND ".join(_FILTERS[name] for name in given),
        {f"#{name}": _NAMES[f"#{name}"] for name in given},
        {f":{name}": getattr(query, name) for name in given},
    )
