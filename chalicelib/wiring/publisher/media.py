"""What the images for messages run on, and the certificates that show them."""

from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.aws import API
from chalicelib.aws.bucket import Bucket
from chalicelib.aws.idempotency import IdempotentCreate
from chalicelib.publisher import certifications
from chalicelib.publisher.announcing import Announcing
from chalicelib.publisher.certification_store import CertificationStore
from chalicelib.publisher.certifications import Certifications
from chalicelib.publisher.uploads import Uploads
from chalicelib.wiring.publisher.chance import random_bits

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring
    from chalicelib.wiring.publisher import PublisherWiring


def build_uploads(wiring: "Wiring", publisher: "PublisherWiring") -> Uploads:
    """The images for messages."""
    settings, stores = wiring.settings.publisher, publisher.stores
    client = wiring.aws.client("s3", API)
    return Uploads(
        stores.table,
        stores.bulk,
        Bucket(client, settings.media_bucket, "the media store"),
        need_approval=settings.need_approval,
        now=times.now,
        random_bits=random_bits,
    )


def build_certifications(wiring: "Wiring", publisher: "PublisherWiring") -> Certifications:
    """People's certificates."""
    store = CertificationStore(publisher.stores.table)
    return Certifications(
        store,
        IdempotentCreate(wiring.state(API), certifications.SCOPE, store.get),
        wiring.cursors,
        publisher.uploads.find,
        now=times.now,
        random_bits=random_bits,
    )


def build_announcing(publisher: "PublisherWiring") -> Announcing:
    """What makes messages of certificates."""
    return Announcing(
        publisher.certifications,
        publisher.certifications.store,
        publisher.stores.templates,
        publisher.creating,
        publisher.lookup,
        now=times.now,
    )
