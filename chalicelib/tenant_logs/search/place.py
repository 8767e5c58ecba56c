"""How far a reader has come in an order of records, as its cursor keeps it; pure.

By time that is the key of one record. In the order of arrival records may still become visible
before those that are: a call that writes them may take some seconds longer than the next one. So
there the key moves only to what was stored `SETTLED_AFTER` ago, and what was shown since is
remembered by a hash of its key.
"""

import base64
import hashlib
from datetime import datetime, timedelta
from typing import Any

from chalicelib import times

# A call to DynamoDB ends within 5 s (`chalicelib.aws.API`); the index follows the table, and
# clocks differ. What becomes visible later than this may be missed.
SETTLED_AFTER = timedelta(seconds=10)
# More newest records wait until they are settled. As many hashes fit into a cursor that the
# firewall lets through: a query string of 2 KB.
MAX_REMEMBERED = 128

_HASH_BYTES = 6

Key = dict[str, str]


class Place:
    """Where a reader is: behind `after`, in the index or the table that `after` is a key of."""

    def __init__(self, position: dict[str, Any], settled_before: str | None) -> None:
        self.after: Key | None = position.get("after")
        self._settled_before = settled_before
        self._remembered = _hashes(position.get("shown", ""))

    @classmethod
    def by_time(cls, position: dict[str, Any]) -> "Place":
        """In the order of `ts`, in which every record has its place at once."""
        return cls(position, None)

    @classmethod
    def by_arrival(cls, position: dict[str, Any], now: datetime) -> "Place":
        """In the order of arrival."""
        return cls(position, times.sortable_text(now - SETTLED_AFTER))

    @property
    def position(self) -> dict[str, Any]:
        """What the cursor keeps, in place of what it kept before."""
        found: dict[str, Any] = {} if self.after is None else {"after": self.after}
        if self._settled_before is not None:  # also when nothing is: else the last ones stay
            shown = b"".join(sorted(self._remembered))
            found["shown"] = base64.b64encode(shown).decode()
        return found

    @property
    def remembered(self) -> int:
        """How many records that were shown are read again."""
        return len(self._remembered)

    def was_shown(self, key: Key) -> bool:
        """Whether a record behind `after` was shown before."""
        return bool(self._remembered) and _hash(key) in self._remembered

    def may_show(self, key: Key) -> bool:
        """Whether a record can be remembered, or need not be."""
        return self._is_settled(key) or len(self._remembered) < MAX_REMEMBERED

    def pass_by(self, key: Key) -> None:
        """Go on behind a record that is or was shown."""
        if self._is_settled(key):
            self.after = key
            self._remembered.discard(_hash(key))
        else:
            self._remembered.add(_hash(key))

    def skip_to(self, key: Key) -> None:
        """Go on behind a record, up to which there is nothing more to show."""
        if self._is_settled(key):
            self.after = key

    def _is_settled(self, key: Key) -> bool:
        return self._settled_before is None or key["arrival"] < self._settled_before


def _hash(key: Key) -> bytes:
    return hashlib.sha256(key["sk"].encode()).digest()[:_HASH_BYTES]


def _hashes(text: str) -> set[bytes]:
    joined = base64.b64decode(text)
    return {joined[at : at + _HASH_BYTES] for at in range(0, len(joined), _HASH_BYTES)}
