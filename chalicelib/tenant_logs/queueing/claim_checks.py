"""Claim checks: records too big for a queue message are kept in a bucket until they are stored."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib import observability
from chalicelib.aws.bucket import Bucket
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.errors import InvalidInput

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class ClaimCheckStore:
    """Messages by key `claims/<tenant>/<day>/<id>.json`; the bucket's expiry ends what is left.

    The bucket is asked for when a claim is: most processes never need its client.
    """

    bucket: Callable[[], Bucket]
    _: KW_ONLY
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def put(self, tenant_id: str, body: str) -> str:
        """Store a message's body; returns its key.

        Raises Unavailable when it was not kept.
        """
        key = f"{_folder(tenant_id)}{self.now():%Y-%m-%d}/{self.new_id()}.json"
        self.bucket().put(key, body.encode(), "application/json")
        return key

    def get(self, tenant_id: str, key: str) -> bytes:
        """The body under a key.

        Raises NotFound when it is gone, InvalidInput for a key that is not the tenant's.
        """
        if not key.startswith(_folder(tenant_id)):
            raise InvalidInput("the claim is another tenant's")
        return self.bucket().get(key)

    def delete(self, key: str) -> None:
        """Delete what is no longer needed; never fails."""
        try:
            self.bucket().delete(key)
        except AWS_ERRORS as error:
            _log.warning("a claim was not deleted", extra={"cause": reason(error)})


def _folder(tenant_id: str) -> str:
    return f"claims/{tenant_id}/"
