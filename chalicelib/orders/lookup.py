"""Looks orders up: one of them, pages by time, and who is notified of them."""

from collections.abc import Callable, Iterable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any

from chalicelib import strict_json, times
from chalicelib.aws.attributes import Item
from chalicelib.aws.topic import Topic
from chalicelib.errors import NotFound
from chalicelib.ids import require_id
from chalicelib.orders import rules
from chalicelib.orders.model import (
    Order,
    OrderList,
    OrderPage,
    Status,
    Step,
    Subscription,
    Subscriptions,
    SubscriptionState,
)
from chalicelib.orders.rules import Span
from chalicelib.orders.store import OrderStore, Receipts
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors

MAX_PAGE_BYTES = 4 * 1024 * 1024  # a Lambda response holds at most 6 MB


@dataclass(frozen=True, slots=True)
class OrderLookup:
    """Finds orders, stored or still queued, and who is notified of them.

    `topic` is asked for when needed: most requests do not need it.
    """

    store: OrderStore
    receipts: Receipts
    cursors: Cursors
    _: KW_ONLY
    topic: Callable[[], Topic]
    now: Callable[[], datetime]

    def get(self, order_id: str, call: Call) -> Order:
        """The order with its timeline, also while it is queued.

        Raises NotFound, also for an order that someone else placed unless an operator calls.
        """
        by = call.principal
        order = self.store.get(require_id(order_id, "orderID")) or self._find_queued(order_id)
        if order is None or not (by.is_operator or by.id == order.placed_by):
            raise NotFound("Order not found")
        return order

    def page(self, query: OrderList, call: Call) -> OrderPage:
        """Orders by the time they were queued, the newest first.

        Raises InvalidInput for a foreign cursor or a bad range.
        """
        by = call.principal
        asked = f"orders {query.since} {query.until}"
        position = self.cursors.open(query.cursor, owner=by.id, query=asked)
        if position is None:
            position = _position(rules.span(query, self.now()), None)
        # The first page's times hold for all: without them "now" would move on between pages.
        times_asked = rules.span(OrderList(position["since"], position["until"]), self.now())
        found = self.store.newest_first(times_asked, position["after"], query.limit + 1)
        orders, after = _fitting(found, query.limit)
        following = None if after is None else _position(times_asked, after)
        return OrderPage(orders, self.cursors.seal(following, owner=by.id, query=asked))

    def subscriptions(self) -> Subscriptions:
        """Who is notified of orders."""
        return Subscriptions(
            [
                Subscription(
                    subscriber.endpoint,
                    subscriber.protocol,
                    _state(confirmed=subscriber.is_confirmed),
                )
                for subscriber in self.topic().subscribers()
            ]
        )

    def _find_queued(self, order_id: str) -> Order | None:
        receipt = self.receipts.get(order_id)
        if receipt is None or receipt.queued_at is None:
            return None
        return Order(
            orderID=order_id,
            status=Status.QUEUED,
            placed_by=receipt.placed_by,
            order=None,
            total=None,
            timeline=[Step(Status.QUEUED, receipt.queued_at)],
            request_id=receipt.request_id,
        )


def _position(times_asked: Span, after: Item | None) -> dict[str, Any]:
    since, until = (times.sortable_text(time) for time in times_asked)
    return {"since": since, "until": until, "after": after}


def _fitting(found: Iterable[tuple[Order, Item]], limit: int) -> tuple[list[Order], Item | None]:
    """As many orders as one response holds, and the key to go on from; None at the end."""
    orders: list[Order] = []
    page_bytes, after = 0, None
    for order, key in found:
        page_bytes += len(strict_json.encode(order))
        if orders and (len(orders) == limit or page_bytes > MAX_PAGE_BYTES):
            return orders, after
        orders.append(order)
        after = key
    return orders, None


def _state(*, confirmed: bool) -> SubscriptionState:
    return SubscriptionState.CONFIRMED if confirmed else SubscriptionState.PENDING
