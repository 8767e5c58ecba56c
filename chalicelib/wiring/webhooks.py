"""What webhooks run on: each part is built when it is first asked for."""

import secrets
from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.aws import API
from chalicelib.aws.queue import Queue
from chalicelib.aws.table import Table
from chalicelib.webhooks.emitting import Emitter
from chalicelib.webhooks.gate import GateStore

if TYPE_CHECKING:
    from chalicelib.webhooks.delivering import WebhookDeliverer
    from chalicelib.webhooks.delivery_store import DeliveryStore
    from chalicelib.webhooks.finding import WebhookFinder
    from chalicelib.webhooks.sending import HttpSender
    from chalicelib.webhooks.service import Webhooks
    from chalicelib.webhooks.store import WebhookStore
    from chalicelib.webhooks.trying import WebhookTrial
    from chalicelib.wiring import Wiring

# ruff: noqa: PLC0415 who emits needs no HTTP client


def build_emitter(wiring: "Wiring") -> Emitter:
    """What queues the events of orders and messages."""
    return Emitter(_gates(wiring), _queue(wiring))


class WebhooksWiring:
    """The parts of the webhooks."""

    def __init__(self, wiring: "Wiring") -> None:
        self._wiring = wiring

    @cached_property
    def service(self) -> "Webhooks":
        """What people do with webhooks."""
        from chalicelib.webhooks.service import Webhooks
        from chalicelib.webhooks.signing import SECRET_BYTES
        from chalicelib.webhooks.writing import WebhookWriter

        return Webhooks(
            self.finder,
            WebhookWriter(self._store, self.finder),
            self._deliveries,
            loopback=self._wiring.settings.webhook_loopback,
            now=times.now,
            new_id=self._wiring.new_id,
            new_secret=lambda: secrets.token_bytes(SECRET_BYTES),
        )

    @cached_property
    def finder(self) -> "WebhookFinder":
        """What finds the webhooks that a person may see."""
        from chalicelib.webhooks.finding import WebhookFinder

        return WebhookFinder(self._store)

    @cached_property
    def trial(self) -> "WebhookTrial":
        """What sends test events."""
        from chalicelib.webhooks.trying import WebhookTrial

        return WebhookTrial(
            self.finder, self._sender.post, now=times.now, new_id=self._wiring.new_id
        )

    @cached_property
    def delivery(self) -> "WebhookDeliverer":
        """What delivers events to receivers, in threads."""
        from chalicelib import struct_types
        from chalicelib.webhooks.delivering import WebhookDeliverer

        made = WebhookDeliverer(
            self._store, self._deliveries, _queue(self._wiring), self._sender.post, now=times.now
        )
        struct_types.build("chalicelib")
        return made

    @cached_property
    def _store(self) -> "WebhookStore":
        from chalicelib.webhooks.store import WebhookStore

        return WebhookStore(self._table, _gates(self._wiring))

    @cached_property
    def _deliveries(self) -> "DeliveryStore":
        from chalicelib.webhooks.delivery_store import DeliveryStore

        return DeliveryStore(self._table, now=times.now)

    @cached_property
    def _sender(self) -> "HttpSender":
        from chalicelib.webhooks.sending import HttpSender

        return HttpSender(loopback=self._wiring.settings.webhook_loopback)

    @cached_property
    def _table(self) -> Table:
        return Table(self._wiring.aws.client("dynamodb"), self._wiring.settings.webhooks_table)


def _gates(wiring: "Wiring") -> GateStore:
    return GateStore(wiring.state_table(API))


def _queue(wiring: "Wiring") -> Queue:
    return Queue(wiring.aws.client("sqs"), wiring.settings.webhooks_queue_url)
