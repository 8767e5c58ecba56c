"""Values made fit to be kept, where the strict parser would refuse them; pure.

DynamoDB takes no more than 38 digits and 32 levels; NUL and names without a letter have no place
in what others read. See `strict_json` for where the rules come from.
"""

from collections.abc import Container
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from chalicelib import strict_json
from chalicelib.strict_json import (
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_EXPONENT,
    MAX_NAME_BYTES,
    MAX_NUMBER_TEXT,
    MIN_EXPONENT,
)
from chalicelib.tenant_logs.intake.mending import CHARACTERS, DEPTH, NUMBERS

NAMES, VALUES, SIZE = "names", "values", "size"
NO_NAME = "_"
MAX_VALUES = 100_000  # of all records of a request that have more than 250 each

_ZERO = Decimal(0)
_PLAIN_INT = 10**MAX_DIGITS
_ENCODE = msgspec.json.Encoder(decimal_format="number").encode


class Budget:
    """How many more values some records of one request may have."""

    def __init__(self, values: int = MAX_VALUES) -> None:
        self.values = values


class Repairs:
    """Repairs the values of one record and remembers, in `done`, what was repaired."""

    def __init__(self, budget: Budget) -> None:
        self.done: set[str] = set()
        self._budget = budget

    @property
    def has_room(self) -> bool:
        """Whether the records of the request may have more values."""
        return self._budget.values > 0

    def value(self, value: Any, depth: int = 1) -> Any:
        """`value`, repaired; what exceeds the budget is left out of its list or object."""
        match value:
            case str():
                return self.text(value)
            case bool() | None:
                return value
            case int():
                return self._integer(value)
            case dict() | list():
                return self._members(value, depth)
        return value

    def text(self, text: str) -> str:
        """`text` without NUL."""
        if "\x00" not in text:
            return text
        self.done.add(CHARACTERS)
        return text.replace("\x00", "\ufffd")

    def name(self, name: str, taken: Container[str]) -> str:
        """A name that DynamoDB takes, and that no other member of its object has."""
        repaired = self.text(name) or NO_NAME
        if len(repaired.encode()) > MAX_NAME_BYTES:
            repaired = repaired.encode()[: MAX_NAME_BYTES // 2].decode(errors="ignore")
        if repaired == name:
            return name
        self.done.add(NAMES)
        while repaired in taken:
            repaired += NO_NAME
        return repaired

    def number(self, text: str) -> Decimal | str:
        """A number with a fraction or an exponent; as text where DynamoDB does not take it."""
        number = decimal(text)
        if number is None:
            self.done.add(NUMBERS)
            return text
        return number

    def _integer(self, number: int) -> int | str:
        if -_PLAIN_INT < number < _PLAIN_INT or _fits(Decimal(number)):
            return number
        self.done.add(NUMBERS)
        return str(number)

    def _members(self, value: dict[str, Any] | list[Any], depth: int) -> Any:
        if depth > MAX_DEPTH:
            self.done.add(DEPTH)
            return self.text(_json(value))
        if isinstance(value, list):
            return [self.value(member, depth + 1) for member in self._within_budget(value)]
        members: dict[str, Any] = {}
        for name in self._within_budget(value):
            members[self.name(name, value)] = self.value(value[name], depth + 1)
        return members

    def _within_budget(self, members: dict[str, Any] | list[Any]) -> Any:
        """The members that are kept, each of which is counted."""
        left = self._budget.values
        self._budget.values = max(0, left - len(members))
        if len(members) <= left:
            return members
        self.done.add(VALUES)
        return list(members)[:left]


def _json(value: Any) -> str:
    try:
        return _ENCODE(value).decode()
    except RecursionError:  # far beyond what any decoder but ours takes
        return "[nested too deep]"


def decimal(text: str) -> Decimal | None:
    """A number that DynamoDB takes; None for any other."""
    if len(text) < MAX_DIGITS and "e" not in text and "E" not in text:
        return Decimal(text) or _ZERO
    if len(text) > MAX_NUMBER_TEXT:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number:
        return _ZERO
    return number if _fits(number) else None


def _fits(number: Decimal) -> bool:
    digits = strict_json.significant_digits(number)
    return digits <= MAX_DIGITS and MIN_EXPONENT <= number.adjusted() <= MAX_EXPONENT
