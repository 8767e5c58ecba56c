"""The events of messages that webhooks receive; pure."""

from collections.abc import Sequence

from chalicelib.publisher.model import MessageStatus
from chalicelib.publisher.stored import StoredDelivery, StoredMessage
from chalicelib.webhook_event import Event, WebhookEventType, make_id

_TYPES = {
    MessageStatus.SENT: WebhookEventType.MESSAGE_SENT,
    MessageStatus.PARTIAL: WebhookEventType.MESSAGE_PARTIAL,
    MessageStatus.FAILED: WebhookEventType.MESSAGE_FAILED,
    MessageStatus.UNCONFIRMED: WebhookEventType.MESSAGE_UNCONFIRMED,
}


def make_settled(
    message: StoredMessage, deliveries: Sequence[StoredDelivery], status: MessageStatus, at: str
) -> list[Event]:
    """That a message is about to become `status`; nothing for a status without an event.

    The revision that it becomes is part of the event's id: it may fail, be retried, and fail again.
    """
    if status not in _TYPES or status is message.status:
        return []
    event_type, rev = _TYPES[status], message.rev + 1
    data = {
        "id": message.id,
        "status": status,
        "rev": rev,
        "deliveries": [_show(delivery) for delivery in deliveries],
    }
    event_id = make_id(event_type, message.id, str(rev))
    return [Event(id=event_id, type=event_type, timestamp=at, owner=message.user, data=data)]


def _show(delivery: StoredDelivery) -> dict[str, str | None]:
    """A delivery without its recipient, text and error: receivers ask the API for these."""
    return {
        "channel": delivery.channel,
        "status": delivery.status,
        "external_id": delivery.external_id,
        "permalink": delivery.permalink,
    }
