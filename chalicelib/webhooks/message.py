"""What goes through the webhooks queue: an event, or one attempt to deliver it to a webhook; pure.

`{"kind": "omnidata.webhook", "v": 1, "event": {...}}`, of an attempt with `webhook`, `attempt` and
`begun_at` too.
"""

import hashlib

import msgspec

from chalicelib import strict_json
from chalicelib.errors import InvalidInput
from chalicelib.webhook_event import Event

KIND = "omnidata.webhook"


class WebhookAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """Attempt number `number`, from 1, to deliver to a webhook; `begun_at` is of the first."""

    webhook: str
    number: int
    begun_at: str

    @property
    def following(self) -> "WebhookAttempt":
        """The next attempt."""
        return msgspec.structs.replace(self, number=self.number + 1)


class QueuedEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A message: without `attempt` the webhooks that want the event are yet to be found."""

    kind: str = KIND
    v: int = 1
    event: Event
    attempt: WebhookAttempt | None = None


def encode(event: Event, attempt: WebhookAttempt | None = None) -> str:
    """The body of a message."""
    return strict_json.encode(QueuedEvent(event=event, attempt=attempt))


def decode(body: str) -> QueuedEvent:
    """The message of a body.

    Raises InvalidInput for what is none of ours.
    """
    try:
        message = msgspec.json.decode(body, type=QueuedEvent)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("the message is no webhook event") from error
    if (message.kind, message.v) != (KIND, 1):
        raise InvalidInput("the message is no webhook event")
    return message


def encode_payload(event_type: str, timestamp: str, data: object) -> bytes:
    """The body that receivers get; equal events have equal bodies."""
    payload = {"type": event_type, "timestamp": timestamp, "data": data}
    return msgspec.json.encode(payload)


def make_webhook_id(event_id: str, webhook: str) -> str:
    """The header `webhook-id`: the same for each attempt of an event at a webhook."""
    return "msg_" + hashlib.sha256(f"{event_id}\n{webhook}".encode()).hexdigest()[:32]
