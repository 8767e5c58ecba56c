"""Takes orders in: into the queue first, and a receipt by which they are found while they wait."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

import msgspec

from chalicelib import observability, times
from chalicelib.aws.activity import Workload
from chalicelib.aws.activity_counts import ActivityCounts
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.queue import Queue
from chalicelib.errors import Conflict, Unavailable
from chalicelib.fingerprint import fingerprint
from chalicelib.orders import message, rules
from chalicelib.orders.acceptance import Acceptance
from chalicelib.orders.message import Queued
from chalicelib.orders.model import ANONYMOUS, Content, OrderAccepted
from chalicelib.orders.store import OrderStore, Receipt, Receipts
from chalicelib.web.call import Call

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class Placing:
    """The way of an order into the queue."""

    queue: Queue
    store: OrderStore
    receipts: Receipts
    acceptance: Acceptance
    activity: ActivityCounts
    _: KW_ONLY
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def place(self, body: Content, call: Call) -> OrderAccepted:
        """Queue an order; with open intake its caller is anonymous.

        The same Idempotency-Key of the same caller is the same order, queued again until the queue
        has confirmed it. Raises InvalidInput, TooLarge, Conflict when the key was used with
        another body, and Unavailable when the queue did not confirm the order.
        """
        caller = ANONYMOUS if call.caller is None else call.caller.id
        key = call.idempotency_key
        order = Queued(
            orderID=self.new_id() if key is None else rules.order_id(caller, key),
            placed_by=caller,
            queued_at=times.sortable_text(self.now()),
            order=rules.check_order(body),
            request_id=call.request_id,
        )
        text = message.write(order)
        if key is None or not self._is_queued(order):
            message_id = self._send(text, call.trace_header)
            sent = msgspec.structs.replace(order, message_id=message_id)
            self._note(sent, by_key=key is not None)
            self.activity.count(Workload.ORDERS, None if call.caller is None else caller)
        return OrderAccepted(order.orderID)

    def _is_queued(self, order: Queued) -> bool:
        """Whether the order is in already; if not, its receipt is there from now on.

        Receipts expire and keys may not: the body of a stored order is in the table.
        """
        digest = fingerprint(order.order)
        stored = self.store.get(order.orderID)
        if stored is not None:
            _require_same(fingerprint(stored.order), digest)
            return True
        receipt = self.receipts.claim(
            Receipt(orderID=order.orderID, placed_by=order.placed_by, fingerprint=digest)
        )
        _require_same(receipt.fingerprint, digest)
        return receipt.queued_at is not None

    def _send(self, text: str, trace_header: str | None) -> str:
        try:
            return self.queue.send(text, trace_header)
        except AWS_ERRORS as error:  # a missing queue or right too: it was not accepted
            raise Unavailable("the queue is not available; try again") from error

    def _note(self, order: Queued, *, by_key: bool) -> None:
        """Put the receipt; without it the order is found a little later, once it is stored."""
        receipt = Receipt(
            orderID=order.orderID,
            placed_by=order.placed_by,
            fingerprint=fingerprint(order.order) if by_key else None,
            queued_at=order.queued_at,
            request_id=order.request_id,
            message_id=order.message_id,
        )
        try:
            self.acceptance.note(receipt, order.queued_at)
        except AWS_ERRORS as error:
            fields = {"order_id": order.orderID, "cause": reason(error)}
            _log.warning("a receipt was not confirmed", extra=fields)


def _require_same(known: str | None, digest: str) -> None:
    if known != digest:
        raise Conflict("this Idempotency-Key was used with another body")
