"""Whether a record contains a text, in any case: in its text or a value of its attrs; pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any


def contains(item: Mapping[str, Any], folded: str) -> bool:
    """Whether a stored record contains `folded`, which `str.casefold` made."""
    if folded in str(item["text"]).casefold():
        return True
    return any(folded in text.casefold() for text in _texts(item["attrs"]))


def _texts(value: Any) -> Iterator[str]:
    """The texts, numbers and booleans of a value, at any depth; names are none."""
    match value:
        case dict():
            for member in value.values():
                yield from _texts(member)
        case list():
            for member in value:
                yield from _texts(member)
        case bool():
            yield "true" if value else "false"
        case str():
            yield value
        case int() | Decimal():
            yield str(value)
