"""Writes queued orders to their table: a batch of messages at once, each failing by itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib import observability, times
from chalicelib.aws.bulk import Outcome
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.queue import Received
from chalicelib.errors import Unavailable
from chalicelib.orders import events, message
from chalicelib.orders.message import Queued
from chalicelib.orders.store import OrderStore
from chalicelib.webhook_event import Emit

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class Storing:
    """The way of an order from the queue into the table."""

    orders: OrderStore
    _: KW_ONLY
    emit: Emit
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
        stored_at = times.sortable_text(now)
        outcomes = self.orders.insert_all(list(orders.values()), stored_at)
        for message_id, outcome in zip(list(orders), outcomes, strict=True):
            if outcome is Outcome.FAILED:
                failed[message_id] = Unavailable("the database did not take the order")
                del orders[message_id]
        return failed | self._tell(orders, stored_at)

    def _tell(self, stored: Mapping[str, Queued], at: str) -> dict[str, Exception]:
        """Emit that orders are stored; what fails comes again, and is not stored twice.

        An order that was stored before is emitted too: who stored it may have been killed since.
        """
        try:
            self.emit(
                [
                    events.make_stored(order.orderID, order.placed_by, at)
                    for order in stored.values()
                ]
            )
        except AWS_ERRORS as error:
            fields = {"orders": len(stored), "cause": reason(error)}
            _log.warning("events of orders were not queued", extra=fields)
            return dict.fromkeys(stored, error)
        return {}
