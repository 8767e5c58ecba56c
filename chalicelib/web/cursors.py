"""Opaque page cursors, signed and bound to their owner and query.

A cursor holds a table key, so a forged one could point into another's data: it is refused
unless its HMAC-SHA256 over owner, query and position is ours.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.errors import InvalidInput

_MAC_BYTES = 16
_MAX_TEXT = 4096

Cursor = Annotated[
    str,
    Meta(
        description="`next_cursor` of the page before, for the same query.",
        extra_json_schema={
            "pattern": r"^[A-Za-z0-9_-]+={0,2}(?!\n)$",
            "minLength": _MAC_BYTES,
            "maxLength": _MAX_TEXT,
        },
    ),
]


@dataclass(frozen=True, slots=True)
class Cursors:
    """Seals and opens cursors; `key` gives the secret, read at first use."""

    key: Callable[[], str]

    def seal(self, position: dict[str, Any] | None, *, owner: str, query: str) -> str | None:
        """The cursor to `position`; None at the end of the pages."""
        if position is None:
            return None
        payload = msgspec.json.encode(position)
        return base64.urlsafe_b64encode(self._mac(payload, owner, query) + payload).decode()

    def open(self, cursor: str | None, *, owner: str, query: str) -> dict[str, Any] | None:
        """The position that was sealed for the same owner and query; None for no cursor.

        Raises InvalidInput for any other text.
        """
        if cursor is None:
            return None
        sealed = _decode(cursor)
        mac, payload = sealed[:_MAC_BYTES], sealed[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(payload, owner, query)):
            raise InvalidInput("the cursor is not one of this query's")
        position: dict[str, Any] = msgspec.json.decode(payload)
        return position

    def _mac(self, payload: bytes, owner: str, query: str) -> bytes:
        message = msgspec.json.encode([owner, query]) + payload
        return hmac.digest(self.key().encode(), message, hashlib.sha256)[:_MAC_BYTES]


def _decode(cursor: str) -> bytes:
    if len(cursor) > _MAX_TEXT:
        raise InvalidInput("the cursor is not one of this query's")
    try:
        return base64.b64decode(cursor.encode(), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("the cursor is not one of this query's") from error
