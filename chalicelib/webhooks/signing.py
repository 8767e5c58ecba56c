"""Signs what is sent to a receiver, as Standard Webhooks has it; pure.

https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable

PREFIX, VERSION = "whsec_", "v1"
SECRET_BYTES = 32  # the specification asks for 24 to 64


def make_secret(random_bytes: bytes) -> str:
    """A secret as its owner is shown it: `whsec_` and base64."""
    return PREFIX + base64.b64encode(random_bytes).decode()


def sign(secret: str, webhook_id: str, timestamp: int, body: bytes) -> str:
    """One signature, `v1,` and the base64 of an HMAC-SHA256; `timestamp` in epoch seconds."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = f"{webhook_id}.{timestamp}.".encode() + body
    digest = hmac.digest(key, signed, hashlib.sha256)
    return f"{VERSION},{base64.b64encode(digest).decode()}"


def build_headers(
    secrets: Iterable[str], webhook_id: str, timestamp: int, body: bytes
) -> dict[str, str]:
    """The three headers of the specification; several secrets are as many signatures."""
    signatures = [sign(secret, webhook_id, timestamp, body) for secret in secrets]
    return {
        "webhook-id": webhook_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }
