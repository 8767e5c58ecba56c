"""The tick of every minute: queues what is due, and looks again at what the fast path dropped.

Last it makes the messages of series, and those that remind of certificates.

Two ticks at once do no harm: each change is conditional. What the stream does not take, the tick
delivers itself, so that messages go out while the stream is down.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from functools import partial

from chalicelib import observability
from chalicelib.aws.attributes import Item
from chalicelib.publisher import dispatching, keys, stored, transitions
from chalicelib.publisher.dispatching import Dispatcher
from chalicelib.publisher.due_store import DueStore
from chalicelib.publisher.leases import DeliveryRef, Leases
from chalicelib.publisher.model import DeliveryErrorClass, MessageDeliveryError
from chalicelib.publisher.settling import Settling
from chalicelib.publisher.store import MessageStore
from chalicelib.publisher.stored import StoredMessage

BUDGET_S = 45.0  # of the function's 60
FIRST_LOOK = timedelta(seconds=60)
BATCH = 500  # deliveries between two calls of the stream, which takes as many
THREADS = 10  # as many as the client has connections

_MISSED = MessageDeliveryError(
    class_=DeliveryErrorClass.MISSED,
    code="missed",
    message="it could not be sent within 24 hours of its time",
    advice="Retry the channel to send it now, or cancel the message.",
)
_Handled = tuple[str, Future[list[DeliveryRef]]]

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class Tick:
    """Looks through the due index; `deliver_all` delivers without the stream, until a deadline.

    Each of `makers` makes messages of something else, in the threads of a pool and until then.
    """

    store: MessageStore
    due: DueStore
    leases: Leases
    settling: Settling
    dispatcher: Dispatcher
    _: KW_ONLY
    makers: Sequence[Callable[[ThreadPoolExecutor, float], Exception | None]]
    deliver_all: Callable[[list[DeliveryRef], float], object]
    now: Callable[[], datetime]
    clock: Callable[[], float] = time.monotonic

    def run(self) -> int:
        """Handle what is due, as long as the budget allows; returns how many deliveries it sent.

        A message that cannot be handled keeps back no other; its failure is raised at the end.
        """
        deadline, sent = self.clock() + BUDGET_S, 0
        refs: list[DeliveryRef] = []
        failure: Exception | None = None
        with ThreadPoolExecutor(THREADS) as pool:
            for message_id, handled in self._find(pool, deadline):
                try:
                    refs += handled.result()
                except Exception as error:  # noqa: BLE001 whatever it is, the others are due too
                    _log.exception("a due message failed", extra={"message_id": message_id})
                    failure = error
                if len(refs) >= BATCH:
                    sent += self._send(refs, deadline)
                    refs = []
            sent += self._send(refs, deadline)
            # Last, since series have a lead of hours, and reminders one of days.
            for make in self.makers:
                failure = make(pool, deadline) or failure
        if sent:
            _log.info("due deliveries were dispatched", extra={"deliveries": sent})
        if failure is not None:
            raise failure
        return sent

    def _find(self, pool: ThreadPoolExecutor, deadline: float) -> Iterator[_Handled]:
        """Each message that is due, with the deliveries to send once they are known."""
        at = keys.due_time(self.now())

        def handle(message_id: str, how: Callable[[], list[DeliveryRef]]) -> _Handled:
            return message_id, pool.submit(lambda: how() if self.clock() < deadline else [])

        for entries in self.due.list_due(keys.SCHEDULED, at, pool.map):
            yield from [
                handle(message_id, partial(self._queue, message_id)) for message_id, _ in entries
            ]
            if self.clock() >= deadline:
                return
        for entries in self.due.list_due(keys.QUEUED, at, pool.map):
            items = self.store.get_items(entry.message_id for entry in entries)
            yield from [
                handle(message_id, partial(self._look_again, items[message_id], seen))
                for message_id, seen in entries
                if message_id in items
            ]
            if self.clock() >= deadline:
                return

    def _queue(self, message_id: str) -> list[DeliveryRef]:
        """Queue a scheduled message; nobody could claim one of its deliveries until now."""
        now = self.now()
        look_at = keys.due_time(now + FIRST_LOOK)
        message = self.due.queue(message_id, keys.due_time(now), look_at)
        if message is None or self._give_up_missed(message):
            return []
        return [DeliveryRef(message_id, name) for name in message.deliveries]

    def _look_again(self, item: Item, seen: str) -> list[DeliveryRef]:
        message = stored.to_message(item)
        pause = timedelta(seconds=transitions.look_again_s(message.looks))
        if self.due.postpone(message.id, seen, keys.due_time(self.now() + pause)) is None:
            return []
        loaded = self.settling.settle(message.id)
        if loaded is None or self._give_up_missed(loaded.message):
            return []
        return dispatching.list_refs(loaded, keys.due_time(self.now()))

    def _give_up_missed(self, message: StoredMessage) -> bool:
        """Fail what waits of a message that is too late; False if it is not."""
        if message.released_at >= keys.due_time(self.now() - transitions.MAX_LATE):
            return False
        for name in message.deliveries:
            self.leases.give_up(DeliveryRef(message.id, name), _MISSED)
        self.settling.settle(message.id)
        return True

    def _send(self, refs: list[DeliveryRef], deadline: float) -> int:
        refused = self.dispatcher.send(refs, observability.trace_header())
        if refused:
            _log.warning("the tick delivers itself", extra={"deliveries": len(refused)})
            self.deliver_all(refused, deadline)
        return len(refs)
