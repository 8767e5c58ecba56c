"""What the analytics of searches run on: the worker's archive."""

from typing import TYPE_CHECKING

from chalicelib import times
from chalicelib.analytics.service import Analytics
from chalicelib.analytics.store import Archive
from chalicelib.aws import ARCHIVE
from chalicelib.aws.bucket import Bucket

if TYPE_CHECKING:
    from chalicelib.wiring import Wiring


def build(wiring: "Wiring") -> Analytics:
    """The analytics workload."""
    bucket = Bucket(wiring.aws.client("s3", ARCHIVE), wiring.settings.analytics_bucket)
    return Analytics(Archive(bucket), now=times.now)
