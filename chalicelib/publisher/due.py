"""The tick of every minute: queues what is due, and looks again at what the fast path dropped.

Two ticks at once do no harm: each change is conditional. What the stream does not take, the tick
delivers itself, so that messages go out while the stream is down.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from functools import partial

from chalicelib import observability
from chalicelib.publisher import dispatching, keys, transitions
from chalicelib.publisher.dispatching import Dispatcher
from chalicelib.publisher.due_store import DueStore
from chalicelib.publisher.leases import DeliveryRef, Leases
from chalicelib.publisher.model import DeliveryError, ErrorClass
from chalicelib.publisher.settling import Settling
from chalicelib.publisher.store import Loaded, MessageStore

BUDGET_S = 45.0  # of the function's 60
FIRST_LOOK = timedelta(seconds=60)
BATCH = 100  # messages between two calls of the stream

_MISSED = DeliveryError(
    class_=ErrorClass.MISSED,
    code="missed",
    message="it could not be sent within 24 hours of its time",
    advice="Retry the channel to send it now, or cancel the message.",
)
_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class Tick:
    """Looks through the due index; `deliver_all` delivers without the stream, until a deadline."""

    store: MessageStore
    due: DueStore
    leases: Leases
    settling: Settling
    dispatcher: Dispatcher
    _: KW_ONLY
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
        for message_id, take in self._find(deadline):
            try:
                refs += take()
            except Exception as error:  # noqa: BLE001 whatever it is, the others are due too
                _log.exception("a due message failed", extra={"message_id": message_id})
                failure = error
            if len(refs) >= BATCH:
                sent += self._send(refs, deadline)
                refs = []
        sent += self._send(refs, deadline)
        if sent:
            _log.info("due deliveries were dispatched", extra={"deliveries": sent})
        if failure is not None:
            raise failure
        return sent

    def _find(self, deadline: float) -> Iterator[tuple[str, Callable[[], list[DeliveryRef]]]]:
        """Each message that is due, and what takes it up."""
        at = keys.due_time(self.now())
        for message_id, _ in self.due.list_due(keys.SCHEDULED, at):
            if self.clock() >= deadline:
                return
            yield message_id, partial(self._queue, message_id)
        for message_id, seen in self.due.list_due(keys.QUEUED, at):
            if self.clock() >= deadline:
                return
            yield message_id, partial(self._look_again, message_id, seen)

    def _queue(self, message_id: str) -> list[DeliveryRef]:
        now = self.now()
        look_at = keys.due_time(now + FIRST_LOOK)
        if self.due.queue(message_id, keys.due_time(now), look_at) is None:
            return []
        return self._list_refs(message_id)

    def _look_again(self, message_id: str, seen: str) -> list[DeliveryRef]:
        message = self.store.get_message(message_id)
        if message is None:
            return []
        pause = timedelta(seconds=transitions.look_again_s(message.looks))
        if self.due.postpone(message_id, seen, keys.due_time(self.now() + pause)) is None:
            return []
        return self._list_refs(message_id)

    def _list_refs(self, message_id: str) -> list[DeliveryRef]:
        loaded = self.settling.settle(message_id)
        if loaded is None:
            return []
        if self._is_missed(loaded):
            for delivery in loaded.deliveries:
                self.leases.give_up(DeliveryRef(message_id, delivery.name), _MISSED)
            self.settling.settle(message_id)
            return []
        return dispatching.list_refs(loaded, keys.due_time(self.now()))

    def _is_missed(self, loaded: Loaded) -> bool:
        return loaded.message.released_at < keys.due_time(self.now() - transitions.MAX_LATE)

    def _send(self, refs: list[DeliveryRef], deadline: float) -> int:
        refused = self.dispatcher.send(refs, observability.trace_header())
        if refused:
            _log.warning("the tick delivers itself", extra={"deliveries": len(refused)})
            self.deliver_all(refused, deadline)
        return len(refs)
