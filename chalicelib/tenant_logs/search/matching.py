"""Whether a stored record has a text, in any case, and attributes; pure."""

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Any

from chalicelib.tenant_logs.search.queries import LogFilters

Stored = Mapping[str, Any]


def build(filters: LogFilters) -> Callable[[Stored], bool]:
    """A test of stored records for what the database cannot compare."""
    folded = None if filters.text is None else filters.text.casefold()
    wanted, unwanted = set(filters.attr.items()), set(filters.not_attr.items())

    def is_matching(item: Stored) -> bool:
        if folded is not None and not contains(item, folded):
            return False
        if not (wanted or unwanted):
            return True
        attributes = set(flatten(item["attrs"]))
        return wanted <= attributes and unwanted.isdisjoint(attributes)

    return is_matching


def contains(item: Stored, folded: str) -> bool:
    """Whether its text or a value of its attrs contains `folded`, which `str.casefold` made."""
    if folded in str(item["text"]).casefold():
        return True
    return any(folded in text.casefold() for _, text in flatten(item["attrs"]))


def flatten(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The texts, numbers and booleans of a value, at any depth, each behind its path.

    A path is the names that lead to it, joined by dots; an array's elements have the array's.
    """
    match value:
        case dict():
            for name, member in value.items():
                yield from flatten(member, f"{path}.{name}" if path else name)
        case list():
            for member in value:
                yield from flatten(member, path)
        case bool():
            yield path, "true" if value else "false"
        case str():
            yield path, value
        case int() | Decimal():
            yield path, str(value)
