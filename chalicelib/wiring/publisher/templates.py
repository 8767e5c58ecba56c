"""What the publisher's templates run on."""

from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.aws import API
from chalicelib.aws.idempotency import IdempotentCreate
from chalicelib.publisher.templates import service
from chalicelib.publisher.templates.service import Templates
from chalicelib.wiring.publisher.chance import random_bits

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring
    from chalicelib.wiring.publisher import PublisherWiring


def build_templates(wiring: "Wiring", publisher: "PublisherWiring") -> Templates:
    """Texts with fields, of which messages are made."""
    store, uploads = publisher.stores.templates, publisher.uploads
    return Templates(
        store,
        IdempotentCreate(wiring.state(API), service.SCOPE, store.get),
        wiring.cursors,
        uploads.find,
        uploads.share,
        now=times.now,
        random_bits=random_bits,
    )
