"""Webhooks on moto, with a clock of the test's own and receivers that only note what came."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from support.clouds import RESOURCES

from chalicelib.aws.queue import Queue, Received
from chalicelib.aws.table import Table
from chalicelib.webhook_event import Event, WebhookEventType, make_id
from chalicelib.webhooks import message
from chalicelib.webhooks.delivering import WebhookDeliverer
from chalicelib.webhooks.delivery_store import DeliveryStore
from chalicelib.webhooks.emitting import Emitter
from chalicelib.webhooks.gate import GateStore
from chalicelib.webhooks.message import QueuedEvent
from chalicelib.webhooks.sending import Response
from chalicelib.webhooks.store import WebhookStore
from chalicelib.webhooks.stored import StoredWebhook

AT = "2026-03-01T12:00:00.000000Z"
NAMES = {resource.variable: resource.name for resource in (*RESOURCES.tables, *RESOURCES.queues)}


def make_event(
    event_type: WebhookEventType = WebhookEventType.MESSAGE_SENT,
    key: str = "m-1",
    owner: str = "u-1",
) -> Event:
    """An event; equal arguments are the same one."""
    event_id = make_id(event_type, key)
    return Event(id=event_id, type=event_type, timestamp=AT, owner=owner, data={"id": key})


def make_webhook(webhook: str = "h-1", owner: str = "u-1", **fields: Any) -> StoredWebhook:
    """A webhook of one person's own messages that were sent."""
    usual: dict[str, Any] = {
        "of_everybody": False,
        "url": f"https://{webhook}.example/",
        "events": [WebhookEventType.MESSAGE_SENT],
        "secret": "whsec_" + "a2" * 16,
        "created_at": AT,
        "updated_at": AT,
    }
    return StoredWebhook(id=webhook, owner=owner, **(usual | fields))


class QueueWithoutDelays:
    """The queue; what would be delayed comes at once, and how long it would have is in `delays`."""

    def __init__(self, queue: Queue) -> None:
        self.send_all = queue.send_all
        self._queue, self.delays = queue, list[int]()

    def send(self, body: str, *, delay_s: int) -> None:
        """Send at once."""
        self._queue.send(body)
        self.delays.append(delay_s)


class Hooks:
    """The stores, the emitter, and the delivery; `responses` are what receivers respond in turn.

    A response is a status, or None for nobody; the last one is for good.
    """

    def __init__(self, aws: Any) -> None:
        client = aws.client("dynamodb")
        self.at = datetime(2026, 3, 1, 12, tzinfo=UTC)
        table = Table(client, NAMES["WEBHOOKS_TABLE"])
        self.gates = GateStore(Table(client, NAMES["STATE_TABLE"]))
        self.store = WebhookStore(table, self.gates)
        self.deliveries = DeliveryStore(table, now=self.now)
        sqs = aws.client("sqs")
        url = sqs.get_queue_url(QueueName=NAMES["WEBHOOKS_QUEUE_URL"])["QueueUrl"]
        self.sqs, self.queue = sqs, Queue(sqs, url)
        self.responses: list[int | None] = [200]
        self.posts: list[tuple[str, dict[str, str], bytes]] = []
        self.patient: Any = QueueWithoutDelays(self.queue)
        self.delivering = WebhookDeliverer(
            self.store, self.deliveries, self.patient, self.post, now=self.now
        )

    def now(self) -> datetime:
        """The test's time."""
        return self.at

    def emitter(self) -> Emitter:
        """A fresh one, which knows nothing yet."""
        return Emitter(self.gates, self.queue, clock=self._seconds)

    def _seconds(self) -> float:
        return self.at.timestamp()

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Note what a receiver gets."""
        self.posts.append((url, dict(headers), body))
        status = self.responses.pop(0) if len(self.responses) > 1 else self.responses[0]
        return Response(status, None if status == 200 else "it failed", 7)

    def add(self, *webhooks: StoredWebhook) -> None:
        """Store webhooks."""
        for webhook in webhooks:
            assert self.store.create(webhook, self.store.list_all(), self.gates.read())

    def take(self) -> list[QueuedEvent]:
        """What waits in the queue, taken out of it."""
        taken: list[QueuedEvent] = []
        while True:
            found = self.queue.receive(wait_s=0, visibility_timeout_s=60)
            if not found:
                return taken
            self.queue.delete_all([received.receipt_handle for received in found])
            taken += [message.decode(received.body) for received in found]

    def handle(self, queued: QueuedEvent) -> None:
        """Deliver one message as the queue would."""
        body = message.encode(queued.event, queued.attempt)
        self.delivering.handle(
            Received("m", "r", body, sent_at_ms=0, receive_count=1, trace_header=None)
        )

    def later(self, **duration: float) -> None:
        """Let time pass."""
        self.at += timedelta(**duration)
