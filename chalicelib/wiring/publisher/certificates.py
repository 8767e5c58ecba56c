"""What people's certificates run on: kept, announced, shown to anybody, and reminded of."""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.aws import API
from chalicelib.aws.idempotency import IdempotentCreate
from chalicelib.publisher import certifications
from chalicelib.publisher.announcing import Announcing
from chalicelib.publisher.certifications import Certifications
from chalicelib.publisher.public_certificates import PublicCertificates
from chalicelib.publisher.reminding import ReminderMaker
from chalicelib.wiring.publisher.chance import random_bits

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring
    from chalicelib.wiring.publisher import PublisherWiring


class CertificatesWiring:
    """The parts of the certificates."""

    def __init__(self, wiring: "Wiring", publisher: "PublisherWiring") -> None:
        self._wiring = wiring
        self._publisher = publisher
        self._store = publisher.stores.certificates

    @cached_property
    def service(self) -> Certifications:
        """What people do with certificates."""
        return Certifications(
            self._store,
            IdempotentCreate(self._wiring.state(API), certifications.SCOPE, self._store.get),
            self._wiring.cursors,
            self._publisher.uploads.find,
            self._wiring.settings.publisher.public_url,
            now=times.now,
            random_bits=random_bits,
        )

    @cached_property
    def announcing(self) -> Announcing:
        """What makes messages of certificates."""
        publisher = self._publisher
        return Announcing(
            self.service,
            self._store,
            publisher.stores.templates,
            publisher.creating,
            publisher.lookup,
            now=times.now,
        )

    @property
    def public(self) -> PublicCertificates:
        """What anybody sees of public certificates."""
        return PublicCertificates(self._store, self._publisher.uploads.load_files, now=times.now)

    @cached_property
    def reminders(self) -> ReminderMaker:
        """What makes the messages to owners of certificates that expire."""
        stores, activity = self._publisher.stores, self._wiring.activity_counts
        return ReminderMaker(self._store, stores.messages, stores.due, activity, now=times.now)
