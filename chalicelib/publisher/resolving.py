"""What authors decide after an attempt: to retry what failed, and what became of the unknown."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib.errors import Conflict, InvalidInput
from chalicelib.publisher import keys
from chalicelib.publisher.dispatching import Dispatcher
from chalicelib.publisher.holds import Holds
from chalicelib.publisher.leases import DeliveryRef, Leases
from chalicelib.publisher.lookup import MessageLookup
from chalicelib.publisher.model import (
    Channel,
    DeliveryResolution,
    MessageDeliveryStatus,
    OutboundMessage,
    ResolutionOutcome,
)
from chalicelib.publisher.settling import Settling
from chalicelib.publisher.store import MessageStore
from chalicelib.publisher.stored import StoredDelivery
from chalicelib.web.call import Call


@dataclass(frozen=True, slots=True)
class Resolving:
    """Decisions of a message's author about its deliveries."""

    store: MessageStore
    lookup: MessageLookup
    leases: Leases
    settling: Settling
    dispatcher: Dispatcher
    holds: Holds
    _: KW_ONLY
    now: Callable[[], datetime]

    def retry(self, message_id: str, call: Call, channel: Channel | None = None) -> OutboundMessage:
        """Try the failed channels again, or that one of them; what was sent stays as it is.

        Ten calls at once make one attempt. Raises NotFound, and Conflict when none has failed.
        """
        loaded = self.lookup.own(message_id, call)
        failed = [
            delivery
            for delivery in loaded.deliveries
            if delivery.status is MessageDeliveryStatus.FAILED
            and channel in (None, delivery.channel)
            and self.leases.retry(DeliveryRef(message_id, delivery.name)) is not None
        ]
        if not failed:
            raise Conflict("no channel has failed: there is nothing to retry")
        for name in {delivery.channel for delivery in failed}:
            self.holds.release(name)
        return self._release(message_id, failed, call)

    def resolve(self, message_id: str, given: DeliveryResolution, call: Call) -> OutboundMessage:
        """Say what became of an unconfirmed delivery: it is live, or to be posted again.

        Raises NotFound, and Conflict when that delivery is not unconfirmed.
        """
        delivery = _find(self.lookup.own(message_id, call).deliveries, given)
        ref = DeliveryRef(message_id, delivery.name)
        if given.outcome is ResolutionOutcome.LIVE:
            resolved = self.leases.confirm(ref, keys.due_time(self.now()))
        else:
            resolved = self.leases.post_again(ref)
        if resolved is None:
            self.settling.settle(message_id)  # for a call before this one that failed after it
            raise Conflict(f"{given.channel} is {delivery.status}, and not unconfirmed")
        if given.outcome is ResolutionOutcome.POST_AGAIN:
            return self._release(message_id, [delivery], call)
        self.settling.settle(message_id)
        return self.lookup.get(message_id, call)

    def _release(
        self, message_id: str, deliveries: Sequence[StoredDelivery], call: Call
    ) -> OutboundMessage:
        """Let deliveries go now; their 24 hours begin again."""
        self.store.release(message_id, keys.due_time(self.now()))
        self.settling.settle(message_id)
        refs = [DeliveryRef(message_id, delivery.name) for delivery in deliveries]
        self.dispatcher.send(refs, call.trace_header)
        return self.lookup.get(message_id, call)


def _find(deliveries: Sequence[StoredDelivery], given: DeliveryResolution) -> StoredDelivery:
    """The delivery that is meant; with several recipients the target must be named."""
    found = [
        delivery
        for delivery in deliveries
        if delivery.channel is given.channel and given.target in (None, delivery.target)
    ]
    if not found:
        raise InvalidInput(
            f"the message does not go to {given.channel} {given.target or ''}".strip()
        )
    unknown = [item for item in found if item.status is MessageDeliveryStatus.UNCONFIRMED]
    if len(unknown) > 1:
        raise InvalidInput("several recipients are unconfirmed: name one by target")
    return (unknown or found)[0]
