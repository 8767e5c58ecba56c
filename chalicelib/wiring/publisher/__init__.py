"""What the publisher runs on: each of its parts is built when it is first asked for.

Here is what a message goes through; what stands beside it has a module of its own.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.aws import API
from chalicelib.aws.idempotency import IdempotentCreate
from chalicelib.aws.request_refs import RequestRefs
from chalicelib.publisher import creating
from chalicelib.publisher.adaptation.service import Adaptation
from chalicelib.publisher.approving import Approving
from chalicelib.publisher.creating import Creating, Judge
from chalicelib.publisher.dispatching import Dispatcher
from chalicelib.publisher.due import Tick
from chalicelib.publisher.editing import Editing
from chalicelib.publisher.lookup import MessageLookup
from chalicelib.publisher.parallel import ParallelDelivery
from chalicelib.publisher.resolving import Resolving
from chalicelib.publisher.rules import Audience
from chalicelib.publisher.settling import Settling
from chalicelib.publisher.templates.service import Templates
from chalicelib.publisher.uploads import Uploads
from chalicelib.publisher.waiting_store import WaitingStore
from chalicelib.wiring.publisher.certificates import CertificatesWiring
from chalicelib.wiring.publisher.chance import random_bits
from chalicelib.wiring.publisher.channels import ChannelsWiring
from chalicelib.wiring.publisher.delivery import (
    build_adaptation,
    build_delivery,
    build_dispatcher,
    build_tick,
)
from chalicelib.wiring.publisher.exchange import ExchangeWiring
from chalicelib.wiring.publisher.mail import MailWiring
from chalicelib.wiring.publisher.media import build_uploads
from chalicelib.wiring.publisher.series import SeriesWiring
from chalicelib.wiring.publisher.stores import PublisherStores
from chalicelib.wiring.publisher.templates import build_templates

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring


class PublisherWiring:
    """The parts of the publisher."""

    def __init__(self, wiring: "Wiring") -> None:
        self._wiring = wiring
        self._settings = wiring.settings.publisher
        self.stores = PublisherStores(wiring)
        self.mail = MailWiring(wiring, self.stores)

    # --- What stands beside messages ---------------------------------------------------------

    @cached_property
    def series(self) -> SeriesWiring:
        """Messages that recur."""
        return SeriesWiring(self._wiring, self)

    @cached_property
    def exchange(self) -> ExchangeWiring:
        """Many messages at a time."""
        return ExchangeWiring(self._wiring, self)

    @cached_property
    def channels(self) -> ChannelsWiring:
        """Where messages go out."""
        return ChannelsWiring(self._wiring, self)

    @cached_property
    def templates(self) -> Templates:
        """Texts with fields, of which messages are made."""
        return build_templates(self._wiring, self)

    @cached_property
    def uploads(self) -> Uploads:
        """The images for messages."""
        return build_uploads(self._wiring, self)

    @cached_property
    def certificates(self) -> CertificatesWiring:
        """People's certificates."""
        return CertificatesWiring(self._wiring, self)

    # --- For authors -------------------------------------------------------------------------

    @cached_property
    def creating(self) -> Creating:
        """What takes messages in."""
        store = self.stores.messages
        return Creating(
            store,
            self.stores.templates,
            self.judge,
            self.dispatcher,
            IdempotentCreate(self._wiring.state(API), creating.SCOPE, store.get),
            RequestRefs(self._wiring.state_table(API)),
            self._wiring.activity_counts,
            self.adaptation,
            now=times.now,
            random_bits=random_bits,
        )

    @cached_property
    def editing(self) -> Editing:
        """What changes messages that have not gone out."""
        return Editing(
            self.stores.messages,
            self.lookup,
            self.stores.leases,
            self.settling,
            self.dispatcher,
            self.judge,
            self.adaptation,
            now=times.now,
        )

    @cached_property
    def resolving(self) -> Resolving:
        """What retries and resolves deliveries."""
        return Resolving(
            self.stores.messages,
            self.lookup,
            self.stores.leases,
            self.settling,
            self.dispatcher,
            self.channels.holds,
            now=times.now,
        )

    @cached_property
    def lookup(self) -> MessageLookup:
        """What finds messages."""
        return MessageLookup(
            self.stores.messages,
            WaitingStore(self.stores.messages),
            self._wiring.cursors,
            need_approval=self._settings.need_approval,
            now=times.now,
        )

    @cached_property
    def approving(self) -> Approving:
        """What approves messages, or sends them back."""
        return Approving(
            self.stores.messages,
            WaitingStore(self.stores.messages),
            self.stores.series,
            self.dispatcher,
            need_approval=self._settings.need_approval,
            now=times.now,
        )

    # --- For delivery ------------------------------------------------------------------------

    @cached_property
    def delivery(self) -> ParallelDelivery:
        """What delivers the records of the stream, in threads."""
        return build_delivery(self._wiring, self)

    @cached_property
    def tick(self) -> Tick:
        """What dispatches messages that are due."""
        return build_tick(self)

    # --- What they share ---------------------------------------------------------------------

    @cached_property
    def judge(self) -> Judge:
        """What says whether a message can go out as it is."""
        audience = Audience(list(self._settings.emails), list(self._settings.phones))
        suppressed = self.stores.suppressed.find_all
        return Judge(audience, self.uploads.find, suppressed, self._settings.need_approval)

    @cached_property
    def settling(self) -> Settling:
        """What gives a message the state of its deliveries."""
        return Settling(self.stores.messages, emit=self._wiring.emit, now=times.now)

    @cached_property
    def adaptation(self) -> Adaptation:
        """What makes a text fit its channel."""
        return build_adaptation(self._wiring, self)

    @cached_property
    def dispatcher(self) -> Dispatcher:
        """What hands messages to delivery."""
        return build_dispatcher(self._wiring)
