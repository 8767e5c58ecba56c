"""Announces stored orders on the topic, each at least once: publish, emit, mark as notified."""

import time
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field
from datetime import datetime

from chalicelib import observability, times
from chalicelib.aws.changes import INSERT, Change
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.topic import Topic
from chalicelib.errors import Unavailable
from chalicelib.orders import events
from chalicelib.orders.model import Order, OrderStatus
from chalicelib.orders.notice import notices
from chalicelib.orders.store import OrderStore
from chalicelib.webhook_event import Emit

PENDING_BUDGET_S = 10.0  # API Gateway gives up at 29 s, with a page under way

_log = observability.logger(__name__)


class MoreWait(Unavailable):
    """The time was up: `announced` orders were announced, and more wait. Nothing failed."""

    is_fault = False

    def __init__(self, announced: int) -> None:
        super().__init__(f"{announced} orders were announced and more wait; try again")
        self.announced = announced


@dataclass(frozen=True, slots=True)
class Announcer:
    """Notifications of orders; `digest_orders` of them may share one message.

    `pause_s` after each message keeps within what SNS lets an e-mail subscription have: it suspends
    one that gets more than ten a second.

    SNS has no token that would make a second publish harmless. So an order is announced once more
    for each process that is killed between its publish and its mark, and for each publish that SNS
    took and whose response was lost; no order is left out. Repeats carry the same `orderID`. A
    process that lives keeps a list, and when its record comes again it only marks.
    """

    store: OrderStore
    topic: Topic
    _: KW_ONLY
    digest_orders: int
    pause_s: float
    emit: Emit
    now: Callable[[], datetime]
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    # The orders that are yet to be marked, and when they were announced.
    _notified_at: dict[str, str] = field(default_factory=dict, init=False)

    def announce(self, changes: Sequence[Change]) -> list[str]:
        """Announce inserted orders; returns the sequence numbers of those that failed.

        Raises Unavailable when the orders could not be read: then none was announced.
        """
        numbers: dict[str, list[str]] = {}
        for change in changes:
            if change.kind == INSERT:
                numbers.setdefault(str(change.key["orderID"]), []).append(change.sequence_number)
        failed = self._notify(list(numbers))
        return [number for order_id in failed for number in numbers[order_id]]

    def announce_pending(self, stored_by: datetime | None = None) -> int:
        """Announce every order that waits for it, the oldest first; returns how many.

        While the stream is read, pass `stored_by`: the stream is about to announce younger orders,
        and otherwise both would. Raises Unavailable when some could not be announced, and MoreWait
        when the time was up: the others were, and another call goes on with the rest.
        """
        announced, failed, start = 0, 0, None
        deadline = self.clock() + PENDING_BUDGET_S
        while True:
            waiting, start = self.store.pending(start, stored_by)
            left = self._notify(waiting)
            announced, failed = announced + len(waiting) - len(left), failed + len(left)
            if start is None:
                break
            if self.clock() >= deadline:
                break
        if failed:
            raise Unavailable(f"{failed} orders could not be announced; try again")
        if start is not None:
            raise MoreWait(announced)
        return announced

    def _notify(self, order_ids: Sequence[str]) -> set[str]:
        """Announce those that exist and are not marked as notified; returns the ids that failed."""
        orders = self.store.get_all(order_ids)
        due = [order for order in orders if order.status != OrderStatus.NOTIFIED]
        failed: set[str] = set()
        for start in range(0, len(due), self.digest_orders):
            group = due[start : start + self.digest_orders]
            try:
                self._announce(group)
            except Unavailable as error:
                fields = {"orders": len(due) - start, "cause": reason(error)}
                _log.warning("announcements were not confirmed", extra=fields)
                return failed | _ids(due[start:])  # the rest would only wait for the same
            except Exception:  # noqa: BLE001 whatever it is, these orders alone fail
                fields = {"order_ids": sorted(_ids(group))}
                _log.exception("orders cannot be announced", extra=fields)
                failed |= _ids(group)
        return failed

    def _announce(self, group: Sequence[Order]) -> None:
        known = [order for order in group if order.orderID in self._notified_at]
        self._mark(known)
        fresh = {order.orderID: order for order in group if order not in known}
        for notice in notices(list(fresh.values())):
            self.topic.publish(notice.subject, notice.variants, notice.attributes)
            at = times.sortable_text(self.now())
            self._notified_at.update(dict.fromkeys(notice.order_ids, at))
            self._mark([fresh[order_id] for order_id in notice.order_ids])
            self.sleep(self.pause_s)

    def _mark(self, orders: Sequence[Order]) -> None:
        """Tell webhooks, then mark: who is killed in between tells them again."""
        try:
            self.emit(
                [events.make_notified(order, self._notified_at[order.orderID]) for order in orders]
            )
            for order in orders:
                self.store.mark_notified(order.orderID, self._notified_at[order.orderID])
                del self._notified_at[order.orderID]
        except AWS_ERRORS as error:  # a missing right too: without marks nothing more is announced
            raise Unavailable("an order could not be marked as notified") from error


def _ids(orders: Sequence[Order]) -> set[str]:
    return {order.orderID for order in orders}
