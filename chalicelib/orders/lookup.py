"""Looks an order up, and who is notified of them."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass

import msgspec

from chalicelib.aws.topic import Topic
from chalicelib.errors import NotFound
from chalicelib.ids import require_id
from chalicelib.orders.failures import OrderFailures
from chalicelib.orders.model import (
    Order,
    OrderStatus,
    OrderStep,
    OrderSubscription,
    OrderSubscriptions,
    OrderSubscriptionState,
)
from chalicelib.orders.store import OrderStore, Receipts
from chalicelib.web.call import Call


@dataclass(frozen=True, slots=True)
class OrderLookup:
    """Finds an order, stored or still queued, and who is notified of orders.

    `topic` is asked for when needed: most requests do not need it.
    """

    store: OrderStore
    receipts: Receipts
    failures: OrderFailures
    _: KW_ONLY
    topic: Callable[[], Topic]

    def get(self, order_id: str, call: Call) -> Order:
        """The order with its timeline, also while it is queued, and then with why it failed.

        Raises NotFound, also for an order that someone else placed unless an operator calls.
        """
        by = call.principal
        order = self.store.get(require_id(order_id, "orderID")) or self._find_queued(order_id)
        if order is None or not (by.is_operator or by.id == order.placed_by):
            raise NotFound("Order not found")
        if order.status is not OrderStatus.QUEUED or order.message_id is None:
            return order
        failure = self.failures.find(order.message_id)
        return msgspec.structs.replace(order, failure=failure)

    def subscriptions(self) -> OrderSubscriptions:
        """Who is notified of orders."""
        return OrderSubscriptions(
            [
                OrderSubscription(
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
            status=OrderStatus.QUEUED,
            placed_by=receipt.placed_by,
            order=None,
            total=None,
            timeline=[OrderStep(OrderStatus.QUEUED, receipt.queued_at)],
            request_id=receipt.request_id,
            message_id=receipt.message_id,
        )


def _state(*, confirmed: bool) -> OrderSubscriptionState:
    return OrderSubscriptionState.CONFIRMED if confirmed else OrderSubscriptionState.PENDING
