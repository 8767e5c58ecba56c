"""One record as it was sent, decoded, and what was already repaired in it; pure."""

from typing import Any

import msgspec


class Given(msgspec.Struct, frozen=True):
    """The fields of a record, and those of the line or the wrapper that it came in.

    `around` has defaults in this product's names: `text`, `ts`, `severity`, `source`, `log_id` and
    `attrs`. `json_bytes` is the size of what was sent.
    """

    fields: dict[str, Any]
    around: dict[str, Any] = {}
    repaired: frozenset[str] = frozenset()
    json_bytes: int = 0
