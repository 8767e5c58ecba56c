"""The events of orders that webhooks receive; pure."""

from typing import Any

from chalicelib.orders.model import Order, OrderStatus
from chalicelib.webhook_event import Event, WebhookEventType, make_id


def make_stored(order_id: str, placed_by: str, at: str) -> Event:
    """That an order is in its table."""
    return _event(WebhookEventType.ORDER_STORED, order_id, placed_by, OrderStatus.STORED, at)


def make_notified(order: Order, at: str) -> Event:
    """That an order was announced on the topic."""
    return _event(
        WebhookEventType.ORDER_NOTIFIED, order.orderID, order.placed_by, OrderStatus.NOTIFIED, at
    )


def _event(
    event_type: WebhookEventType, order_id: str, placed_by: str, status: OrderStatus, at: str
) -> Event:
    data: dict[str, Any] = {"orderID": order_id, "status": status, "placed_by": placed_by, "at": at}
    return Event(
        id=make_id(event_type, order_id), type=event_type, timestamp=at, owner=placed_by, data=data
    )
