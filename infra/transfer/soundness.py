"""Whether DynamoDB takes an item of a file: asked before anything is written."""

import base64
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from chalicelib.errors import InvalidInput
from infra.transfer.typed import Attribute, Item, text_of

ITEM_BYTES = 400 * 1024
_PARTITION_KEY_BYTES, _SORT_KEY_BYTES = 2048, 1024
_DEPTH = 32
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")
_DIGITS = 38
_EXPONENTS = range(-130, 126)  # of the first digit
_SETS = {"SS": "S", "NS": "N", "BS": "B"}


def require_sound(item: Item, key: tuple[str, ...]) -> None:
    """Raise InvalidInput, or ValueError for texts and Base64 that are none, unless it is sound.

    Each attribute has one type and a value of it; the key's are texts of a length that a key has.
    """
    size_bytes = _measure({"M": item}, -1)
    if size_bytes > ITEM_BYTES:
        raise InvalidInput(f"it has {size_bytes} bytes, and {ITEM_BYTES} is the most")
    for name, most in zip(key, (_PARTITION_KEY_BYTES, _SORT_KEY_BYTES), strict=False):
        if not 0 < len(text_of(item, name).encode()) <= most:
            raise InvalidInput(f"its key {name} must have 1 to {most} bytes")


def require_index_keys(item: Item, names: Iterable[str]) -> None:
    """Raise InvalidInput for a key of an index that is there and is no text, or an empty one."""
    for name in names:
        if name in item and not text_of(item, name):
            raise InvalidInput(f"{name} must be a text that is not empty, as a key of an index")


def _measure(attribute: Attribute, depth: int) -> int:
    """The bytes of a value, of a number one at least; checks it on the way."""
    if not isinstance(attribute, dict) or len(attribute) != 1 or depth > _DEPTH:
        raise InvalidInput(f"a value must have one type, in at most {_DEPTH} levels")
    kind, value = next(iter(attribute.items()))
    if kind in _SETS:
        return _measure_set(_SETS[kind], value)
    match kind, value:
        case "M", dict():
            return sum(len(n.encode()) + _measure(v, depth + 1) for n, v in value.items())
        case "L", list():
            return sum(_measure(member, depth + 1) for member in value)
        case ("BOOL", bool()) | ("NULL", True):
            return 1
    return _measure_scalar(kind, value)


def _measure_scalar(kind: str, value: Any) -> int:
    if isinstance(value, str):
        if kind == "S":
            return len(value.encode())
        if kind == "B":
            return len(base64.b64decode(value, validate=True))
        if kind == "N" and _is_number(value):
            return 1
    raise InvalidInput(f"{kind} has a value that DynamoDB does not take")


def _measure_set(kind: str, members: Any) -> int:
    size_bytes = sum(_measure_scalar(kind, member) for member in members)
    if not members or len(set(members)) != len(members):
        raise InvalidInput("a set must have members, each once")
    return size_bytes


def _is_number(text: str) -> bool:
    if not _NUMBER.fullmatch(text):
        return False
    number = Decimal(text)
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    return not digits or (len(digits) <= _DIGITS and number.adjusted() in _EXPONENTS)
