"""Delivers a message on one channel, once: claim, prepare, arm, publish, finish, settle.

Whoever loses the lease stops. After the delivery is armed there is one publish call; when its
outcome is not known, the adapter looks whether the post is live, and else a person decides.
"""

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from typing import Protocol

from chalicelib import observability, times
from chalicelib.aws.attributes import Item
from chalicelib.publisher import attempts, keys, outcomes, rules, stored, transitions
from chalicelib.publisher.adaptation.service import Adaptation
from chalicelib.publisher.channels import calls
from chalicelib.publisher.channels.base import (
    Adapter,
    Attempt,
    Credentials,
    MediaFile,
    NotReady,
    Outgoing,
    Published,
    Rejection,
)
from chalicelib.publisher.holds import Holds
from chalicelib.publisher.leases import DeliveryRef, Leases
from chalicelib.publisher.model import Channel, DeliveryErrorClass
from chalicelib.publisher.outcomes import AttemptResult
from chalicelib.publisher.settling import Settling
from chalicelib.publisher.stored import StoredDelivery, StoredMessage

LEASE = timedelta(seconds=120)

_log = observability.logger(__name__)


class CredentialSource(Protocol):
    """The credentials of the channels."""

    def get(self, channel: Channel) -> Credentials:
        """Those known, or read now."""

    def refresh(self, channel: Channel) -> Credentials:
        """Those stored now."""


@dataclass(frozen=True, slots=True)
class Delivering:
    """Delivers messages; `load_media` gives uploads by id, `new_owner` a name for each lease.

    `look_earlier` lets the tick look at a message by a time.
    """

    leases: Leases
    settling: Settling
    holds: Holds
    adapters: Mapping[Channel, Adapter]
    _: KW_ONLY
    adaptation: Adaptation
    credentials: CredentialSource
    load_media: Callable[[list[str]], tuple[MediaFile, ...]]
    look_earlier: Callable[[str, str], None]
    now: Callable[[], datetime]
    new_owner: Callable[[], str]

    def deliver(self, ref: DeliveryRef, item: Item | None) -> None:
        """Deliver, unless somebody else does or did, or the message was cancelled.

        `item` is the message's; it may be a while old: once queued, a message says the same.
        Raises Unavailable when the delivery could not be stored: then it comes again.
        """
        message = None if item is None else stored.to_message(item)
        if message is None or ref.name not in message.deliveries:
            _log.info("a delivery is gone", extra={"delivery": ref.text})
            return
        if message.status not in transitions.UNDER_WAY:
            return
        now = self.now()
        lease = {
            "owner": self.new_owner(),
            "now": keys.due_time(now),
            "until": keys.due_time(now + LEASE),
        }
        if (message.look_at or "") > lease["until"]:
            # Before the claim: if this process dies, the tick sees to it when the lease ends.
            self.look_earlier(message.id, lease["until"])
        calls.forget()
        if held := self.leases.claim(ref, **lease, begun_at=times.text(now)):
            self._finish(ref, held, self._attempt(ref, message, held))
        elif held := self.leases.take_armed(ref, **lease):
            self._finish(ref, held, self._reconcile(self._outgoing(ref, message, held), held))

    def _finish(self, ref: DeliveryRef, held: StoredDelivery, result: AttemptResult | None) -> None:
        if result is None:
            return
        last_attempts = attempts.end(held, result, calls.find(), self.now())
        facts = {**result.facts, "last_attempts": last_attempts}
        finished = self.leases.finish(ref, held, result.status, facts)
        fields = {
            "delivery": ref.text,
            "outcome": result.status,
            "attempts": held.attempts,
            "kept": finished is not None,
        }
        _log.info("a delivery was attempted", extra=fields)
        self.holds.note(held.channel, result)
        self.settling.settle(ref.message_id)

    def _attempt(
        self, ref: DeliveryRef, message: StoredMessage, held: StoredDelivery
    ) -> AttemptResult | None:
        if hold := self.holds.find(held.channel):
            return outcomes.held(hold.error, hold.until)
        outgoing = self._outgoing(ref, message, held)
        try:
            return self._publish_with_credentials(ref, held, outgoing)
        except NotReady as wait:
            return outcomes.processing(wait, self.now())
        except Rejection as rejection:
            return self._judge(rejection, held)

    def _publish_with_credentials(
        self, ref: DeliveryRef, held: StoredDelivery, outgoing: Outgoing
    ) -> AttemptResult | None:
        """Publish; once more with credentials read anew where the platform calls them expired."""
        try:
            return self._publish(ref, held, outgoing, self.credentials.get(held.channel))
        except Rejection as rejection:
            if not rejection.credentials_expired:
                raise
        self.leases.disarm(ref, held, keys.due_time(self.now()))
        calls.forget()
        return self._publish(ref, held, outgoing, self.credentials.refresh(held.channel))

    def _publish(
        self,
        ref: DeliveryRef,
        held: StoredDelivery,
        outgoing: Outgoing,
        credentials: Credentials,
    ) -> AttemptResult | None:
        adapter = self.adapters[held.channel]
        prepared = adapter.prepare(Attempt(outgoing, held.prepared, credentials))
        now = keys.due_time(self.now())
        armed = self.leases.arm(ref, held, text=outgoing.text, prepared=prepared, now=now)
        if armed is None:
            _log.warning("a lease was lost before publishing", extra={"delivery": ref.text})
            return None
        try:
            published = adapter.publish(Attempt(outgoing, prepared, credentials))
        except Rejection as rejection:
            if rejection.error_class is not DeliveryErrorClass.UNKNOWN:
                raise
            return self._reconcile(outgoing, armed)
        return outcomes.sent(published, self.now())

    def _judge(self, rejection: Rejection, held: StoredDelivery) -> AttemptResult:
        """A duplicate is our own post only after an attempt of unknown outcome, else another's."""
        if rejection.external_id is not None and held.was_unconfirmed:
            return outcomes.sent(Published(rejection.external_id), self.now())
        return outcomes.rejected(rejection, held.attempts, self.now())

    def _reconcile(self, outgoing: Outgoing, held: StoredDelivery) -> AttemptResult:
        """Find out what became of a publish call; nothing is published here."""
        adapter, found = self.adapters[held.channel], None
        try:
            credentials = self.credentials.get(held.channel)
            found = adapter.reconcile(Attempt(outgoing, held.prepared, credentials))
        except (Rejection, NotReady) as error:
            _log.warning("an outcome stays unknown", extra={"cause": str(error)})
        return outcomes.unconfirmed() if found is None else outcomes.sent(found, self.now())

    def _outgoing(self, ref: DeliveryRef, message: StoredMessage, held: StoredDelivery) -> Outgoing:
        composition = message.composition
        return Outgoing(
            key=ref.text,
            channel=held.channel,
            text=held.text or self._find_text(message, held.channel),
            subject=rules.read_subject(composition, held.channel),
            target=held.target,
            media=self.load_media(message.media),
        )

    def _find_text(self, message: StoredMessage, channel: Channel) -> str:
        """The text as the platform takes it; an adapted one is stored before it is used."""
        return rules.render(self.adaptation.find_text(message, channel), channel)
