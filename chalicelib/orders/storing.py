"""Writes queued orders to their table: a batch of messages at once, each failing by itself."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib import observability, times
from chalicelib.aws.bulk import Outcome
from chalicelib.aws.queue import Received
from chalicelib.errors import Unavailable
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

    def store(self, messages: Sequence[Received]) -> dict[str, Exception]:
        """Write queued orders, each once; returns why each that failed did, by message id."""
        now = self.now()
        orders: dict[str, Queued] = {}
        failed: dict[str, Exception] = {}
        for received in messages:
            with observability.request(received.message_id):
                try:
                    orders[received.message_id] = message.read(received, now)
                except Exception as error:  # noqa: BLE001 whatever it is, this message alone fails
                    _log.exception("a message failed", extra={"receives": received.receive_count})
                    failed[received.message_id] = error
        outcomes = self.orders.insert_all(list(orders.values()), times.sortable_text(now))
        for message_id, outcome in zip(orders, outcomes, strict=True):
            if outcome is Outcome.FAILED:
                failed[message_id] = Unavailable("the database did not take the order")
        return failed
