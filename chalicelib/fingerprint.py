"""A digest by which two JSON values are equal: 1.0 equals 1, `true` does not."""

import hashlib
from decimal import Context, Decimal
from typing import Any

import msgspec

from chalicelib.strict_json import MAX_DIGITS


def fingerprint(value: Any) -> str:
    """The digest of a value whose numbers have at most 38 digits; key order is ignored."""
    return hashlib.sha256(_CANONICAL.encode(_canonical(value))).hexdigest()


_CANONICAL = msgspec.json.Encoder(order="sorted")
# The default context would round to 28 digits, and different numbers would look the same.
_EXACT = Context(prec=MAX_DIGITS)


def _canonical(value: Any) -> Any:
    match value:
        case str():
            return f"S{value}"
        case bool() | None:
            return value
        case int() | Decimal():
            return f"N{_EXACT.normalize(Decimal(value)):E}" if value else "N0"
        case dict():
            return {name: _canonical(member) for name, member in value.items()}
    return [_canonical(member) for member in value]
