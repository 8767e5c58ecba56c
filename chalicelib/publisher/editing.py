"""Changes messages that have not gone out: their content, their time, or that they go at all."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib.errors import Conflict, PreconditionFailed
from chalicelib.publisher import composing, keys, stored, transitions
from chalicelib.publisher.adaptation.service import Adaptation
from chalicelib.publisher.creating import Judge
from chalicelib.publisher.dispatching import Dispatcher
from chalicelib.publisher.leases import DeliveryRef, Leases
from chalicelib.publisher.lookup import MessageLookup
from chalicelib.publisher.model import MessageChange, MessageStatus, NewMessageTime, OutboundMessage
from chalicelib.publisher.settling import Settling
from chalicelib.publisher.store import Loaded, MessageStore
from chalicelib.web.call import Call


@dataclass(frozen=True, slots=True)
class Editing:
    """Changes by a message's author; a refusal says why."""

    store: MessageStore
    lookup: MessageLookup
    leases: Leases
    settling: Settling
    dispatcher: Dispatcher
    judge: Judge
    adaptation: Adaptation
    _: KW_ONLY
    now: Callable[[], datetime]

    def change(self, message_id: str, changes: MessageChange, call: Call) -> OutboundMessage:
        """Replace fields of a message that has not gone out; one that was approved waits again.

        Raises NotFound, InvalidInput, PreconditionFailed for another revision than expected,
        Conflict for a message whose delivery began.
        """
        loaded = self._find_editable(message_id, call)
        now = self.now()
        written = composing.change(loaded, changes, now, self.judge.audience)
        self.judge.require_valid(written)
        changed = self.adaptation.prepare(self.judge.hold(written, now))
        if not self.store.replace(changed, loaded.message):
            raise Conflict("the message changed meanwhile; read it again")
        self.dispatcher.send_queued(changed, keys.due_time(self.now()), call.trace_header)
        return stored.show(*changed)

    def reschedule(self, message_id: str, new: NewMessageTime, call: Call) -> OutboundMessage:
        """Give a message that has not gone out another time; a draft is scheduled by it.

        Raises as `change` does.
        """
        at, zone = new.scheduled_at, new.time_zone
        changes = MessageChange(scheduled_at=at, time_zone=zone, draft=False)
        return self.change(message_id, changes, call)

    def cancel(self, message_id: str, call: Call) -> OutboundMessage:
        """Cancel what has not gone out: all of a message that is not due, else what is pending.

        Raises NotFound, and Conflict when nothing can be cancelled any more.
        """
        loaded = self.lookup.own(message_id, call)
        message = loaded.message
        if message.status in transitions.EDITABLE:
            at = keys.due_time(self.now())
            if not self.store.set_status(message, MessageStatus.CANCELLED, at):
                raise Conflict("the message changed meanwhile; read it again")
            self._cancel_deliveries(loaded)
        elif message.status not in transitions.UNDER_WAY or not self._cancel_deliveries(loaded):
            raise Conflict(f"the message is {message.status}: there is nothing left to cancel")
        else:
            self.settling.settle(message_id)
        return self.lookup.get(message_id, call)

    def _cancel_deliveries(self, loaded: Loaded) -> int:
        """Cancel what nobody holds; returns how many deliveries."""
        refs = [DeliveryRef(loaded.message.id, delivery.name) for delivery in loaded.deliveries]
        return sum(self.leases.cancel(ref) is not None for ref in refs)

    def _find_editable(self, message_id: str, call: Call) -> Loaded:
        loaded = self.lookup.own(message_id, call)
        message = loaded.message
        if not call.precondition.holds(message.rev):
            raise PreconditionFailed(f"the message is at revision {message.rev}")
        if message.status not in transitions.EDITABLE:
            raise Conflict(
                f"the message is {message.status}: only what has not gone out can change"
            )
        return loaded
