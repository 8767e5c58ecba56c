"""What the images for messages run on."""

from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.aws import API
from chalicelib.aws.bucket import Bucket
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
