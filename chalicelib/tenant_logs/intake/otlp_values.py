"""OTLP's values as JSON values that DynamoDB takes, in both encodings; pure."""

import base64
import binascii
import math
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from chalicelib.errors import InvalidInput
from chalicelib.strict_json import MAX_DEPTH, MAX_EXPONENT, MIN_EXPONENT

MAX_INT = 2**63 - 1
_ATTRIBUTES_DEPTH = 2  # levels around a value: the attributes, and the map of its resource or scope
_DEEP = f"a value is nested deeper than {MAX_DEPTH - _ATTRIBUTES_DEPTH} levels"
_INTEGER = re.compile(r"-?[0-9]{1,20}")
_KINDS = (
    "string_value",
    "bool_value",
    "int_value",
    "double_value",
    "array_value",
    "kvlist_value",
    "bytes_value",
)


class Encoding(NamedTuple):
    """How one encoding holds what the two hold differently.

    `kind` names the field of an AnyValue that is given, `base64` makes text of its bytes and
    `hexadecimal` text of an id's.
    """

    kind: Callable[[Any], str | None]
    base64: Callable[[Any], str]
    hexadecimal: Callable[[Any], str]


def attributes(pairs: Iterable[Any], encoding: Encoding, depth: int = 1) -> dict[str, Any]:
    """Attributes by key; of duplicate keys the last one counts."""
    if depth > MAX_DEPTH - _ATTRIBUTES_DEPTH:
        raise InvalidInput(_DEEP)
    return {pair.key: plain(pair.value, encoding, depth + 1) for pair in pairs}


def plain(  # noqa: PLR0911 one line a kind
    value: Any, encoding: Encoding, depth: int = 1
) -> Any:
    """One AnyValue; None for an empty one.

    Raises InvalidInput for a number out of range, bad base64, and nesting beyond the limit.
    """
    kind = None if value is None else encoding.kind(value)
    if kind is None:
        return None
    given = getattr(value, kind)
    match kind:
        case "int_value":
            return integer(given)
        case "double_value":
            return _double(given)
        case "bytes_value":
            return encoding.base64(given)
        case "array_value":
            return _array(given.values or (), encoding, depth)
        case "kvlist_value":
            return attributes(given.values or (), encoding, depth)
    return given


def integer(given: int | str | None) -> int:
    """A 64-bit number, which JSON may hold as text; absent is 0.

    Raises InvalidInput for anything else.
    """
    if isinstance(given, str) and not _INTEGER.fullmatch(given):
        raise InvalidInput("an integer is not written as one")
    number = int(given or 0)
    if not -MAX_INT - 1 <= number <= 2 * MAX_INT + 1:
        raise InvalidInput("an integer exceeds 64 bits")
    return number


def json_kind(value: Any) -> str | None:
    """The field that a JSON value gives."""
    return next((kind for kind in _KINDS if getattr(value, kind) is not None), None)


def protobuf_kind(value: Any) -> str | None:
    """The field that a protobuf value gives; one of another signal's kinds counts as none."""
    kind = value.WhichOneof("value")
    return kind if kind in _KINDS else None


def json_base64(given: str) -> str:
    """Base64 as protobuf's JSON allows it, also URL-safe or unpadded, in its standard form."""
    standard = given.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        raw = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("bytes are not valid base64") from error
    return protobuf_base64(raw)


def protobuf_base64(given: bytes) -> str:
    """Bytes as base64 text."""
    return base64.b64encode(given).decode()


def _array(values: Iterable[Any], encoding: Encoding, depth: int) -> list[Any]:
    if depth > MAX_DEPTH - _ATTRIBUTES_DEPTH:
        raise InvalidInput(_DEEP)
    return [plain(each, encoding, depth + 1) for each in values]


def _double(given: float | str) -> Decimal | str:
    """A number that DynamoDB takes, and as text what it does not: NaN, Infinity, 1E-300."""
    try:
        number = float(given)
    except ValueError as error:
        raise InvalidInput("a double is not written as one") from error
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    exact = Decimal(repr(number))
    if number and not MIN_EXPONENT <= exact.adjusted() <= MAX_EXPONENT:
        return repr(number)
    return exact if number else Decimal(0)
