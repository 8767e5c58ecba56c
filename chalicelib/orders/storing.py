"""Writes queued orders to their table: a batch of messages at once, each failing by itself."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib import observability, times
from chalicelib.aws.bulk import Outcome
from chalicelib.aws.queue import Received
from chalicelib.orders import message
from chalicelib.orders.message import Queued
from chalicelib.orders.store import OrderStore

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class Storing:
    """The way of an order from the queue into the table."""

    orders: OrderStore
    _: KW_ONLY
    now: Callable[[], datetime]

    def store(self, messages: Sequence[Received]) -> list[str]:
        """Write queued orders, each once; returns the message ids of those that failed."""
        now = self.now()
        orders: dict[str, Queued] = {}
        failed: list[str] = []
        for received in messages:
            with observability.request(received.message_id):
                try:
                    orders[received.message_id] = message.read(received, now)
                except Exception:  # noqa: BLE001 whatever it is, this message alone fails
                    _log.exception("a message failed", extra={"receives": received.receive_count})
                    failed.append(received.message_id)
        outcomes = self.orders.insert_all(list(orders.values()), times.sortable_text(now))
        stored = zip(orders, outcomes, strict=True)
        return failed + [message_id for message_id, outcome in stored if outcome is Outcome.FAILED]
