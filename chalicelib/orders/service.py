"""The use cases of orders: place, store, announce, look up."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from chalicelib import observability, strict_json, times
from chalicelib.aws.attributes import Item
from chalicelib.aws.bulk import Outcome
from chalicelib.aws.changes import Change
from chalicelib.aws.queue import Received
from chalicelib.aws.topic import Topic
from chalicelib.errors import NotFound
from chalicelib.ids import checked
from chalicelib.orders import message, rules
from chalicelib.orders.announcing import Announcer
from chalicelib.orders.message import Queued
from chalicelib.orders.model import (
    Content,
    Order,
    OrderAccepted,
    OrderList,
    OrderPage,
    Status,
    Step,
    Subscription,
    Subscriptions,
    SubscriptionState,
)
from chalicelib.orders.placing import Placing
from chalicelib.orders.rules import Span
from chalicelib.orders.store import OrderStore, Receipts
from chalicelib.web.cursors import Cursors
from chalicelib.web.principal import Principal

MAX_PAGE_BYTES = 4 * 1024 * 1024  # Lambda answers with at most 6 MB

_log = observability.logger(__name__)


class Orders:
    """Orders between their queue, their table and their topic.

    `announcer` and `topic` are asked for when needed: most requests need neither.
    """

    def __init__(  # noqa: PLR0913 its collaborators
        self,
        *,
        placing: Placing,
        store: OrderStore,
        receipts: Receipts,
        announcer: Callable[[], Announcer],
        topic: Callable[[], Topic],
        cursors: Cursors,
        now: Callable[[], datetime],
    ) -> None:
        self._placing = placing
        self._store = store
        self._receipts = receipts
        self._announcer = announcer
        self._topic = topic
        self._cursors = cursors
        self._now = now

    def place(
        self, body: Content, by: Principal | None, key: str | None, trace_header: str | None
    ) -> OrderAccepted:
        """Queue an order, as `Placing.place` says."""
        return self._placing.place(body, by, key, trace_header)

    def store(self, messages: Sequence[Received]) -> list[str]:
        """Write queued orders, each once; answers the message ids of those that failed."""
        now = self._now()
        orders: dict[str, Queued] = {}
        failed: list[str] = []
        for each in messages:
            with observability.request(each.message_id):
                try:
                    orders[each.message_id] = message.read(each, now)
                except Exception:  # noqa: BLE001 whatever it is, this message alone fails
                    _log.exception("a message failed", extra={"receives": each.receive_count})
                    failed.append(each.message_id)
        outcomes = self._store.insert_all(list(orders.values()), times.fixed(now))
        stored = zip(orders, outcomes, strict=True)
        return failed + [message_id for message_id, each in stored if each is Outcome.FAILED]

    def announce(self, changes: Sequence[Change]) -> list[str]:
        """Tell of stored orders; answers the sequence numbers of those that failed."""
        return self._announcer().announce(changes)

    def announce_pending(self, stored_by: datetime | None = None) -> int:
        """Tell of every stored order that waits for it; answers how many.

        For a start after the stream's records were lost, and for its failure queue; `stored_by`
        and what it raises are those of `Announcer.announce_pending`.
        """
        return self._announcer().announce_pending(stored_by)

    def get(self, order_id: str, by: Principal) -> Order:
        """The order with its timeline, also while it is queued.

        Raises NotFound, also for an order that someone else placed unless `by` is an operator.
        """
        order = self._store.get(checked(order_id, "orderID")) or self._queued(order_id)
        if order is None or not (by.is_operator or by.id == order.placed_by):
            raise NotFound("Order not found")
        return order

    def page(self, query: OrderList, by: Principal) -> OrderPage:
        """Orders by the time they were queued, the newest first; for operators.

        Raises Forbidden for others and InvalidInput for a foreign cursor or a bad range.
        """
        by.require_operator()
        asked = f"orders {query.since} {query.until}"
        position = self._cursors.open(query.cursor, owner=by.id, query=asked)
        if position is None:
            position = _position(rules.span(query, self._now()), None)
        # The first page's times hold for all: without them "now" would move on between pages.
        times_asked = rules.span(OrderList(position["since"], position["until"]), self._now())
        found = self._store.newest_first(times_asked, position["after"], query.limit + 1)
        orders, after = _fitting(found, query.limit)
        following = None if after is None else _position(times_asked, after)
        return OrderPage(orders, self._cursors.seal(following, owner=by.id, query=asked))

    def subscriptions(self, by: Principal) -> Subscriptions:
        """Who is notified of orders; for operators."""
        by.require_operator()
        return Subscriptions(
            [
                Subscription(each.endpoint, each.protocol, _state(confirmed=each.is_confirmed))
                for each in self._topic().subscribers()
            ]
        )

    def _queued(self, order_id: str) -> Order | None:
        receipt = self._receipts.get(order_id)
        if receipt is None or receipt.queued_at is None:
            return None
        return Order(
            orderID=order_id,
            status=Status.QUEUED,
            placed_by=receipt.placed_by,
            order=None,
            total=None,
            timeline=[Step(Status.QUEUED, receipt.queued_at)],
        )


def _position(times_asked: Span, after: Item | None) -> dict[str, Any]:
    since, until = (times.fixed(each) for each in times_asked)
    return {"since": since, "until": until, "after": after}


def _fitting(found: Iterable[tuple[Order, Item]], limit: int) -> tuple[list[Order], Item | None]:
    """As many orders as one answer holds, and the key to go on from; None at the end."""
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
