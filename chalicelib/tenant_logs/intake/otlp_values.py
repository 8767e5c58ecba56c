"""OTLP's values as JSON values that DynamoDB takes, in both encodings; pure."""

import base64
import binascii
import math
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, NamedTuple

from chalicelib.strict_json import MAX_EXPONENT, MIN_EXPONENT
from chalicelib.tenant_logs.intake.mending import DEPTH, NUMBERS
from chalicelib.tenant_logs.intake.repairs import Repairs

MAX_INT = 2**63 - 1
# What protobuf's own readers take, and what a walk takes; `Repairs` then keeps 32 of them.
MAX_NESTING = 100
BYTES = "bytes"  # what was repaired
_TOO_DEEP = "[nested too deep]"
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

    `kind` names the field of an AnyValue that is given, `base64` makes text of its bytes (None
    for what is no bytes) and `hexadecimal` text of an id's.
    """

    kind: Callable[[Any], str | None]
    base64: Callable[[Any], str | None]
    hexadecimal: Callable[[Any], str]


class Values:
    """Values of one encoding; what is not as it should be is kept as text, and said in `done`."""

    def __init__(self, encoding: Encoding, done: Repairs) -> None:
        self._encoding = encoding
        self._done = done

    def attributes(self, pairs: Iterable[Any], depth: int = 1) -> dict[str, Any]:
        """Attributes by key; of duplicate keys the last one counts."""
        return {pair.key: self.plain(pair.value, depth + 1) for pair in pairs}

    def plain(self, value: Any, depth: int = 1) -> Any:  # noqa: PLR0911 one line a kind
        """One AnyValue; None for an empty one."""
        kind = None if value is None else self._encoding.kind(value)
        if kind is None:
            return None
        given = getattr(value, kind)
        match kind:
            case "int_value":
                return self._integer(given)
            case "double_value":
                return self._double(given)
            case "bytes_value":
                return self._bytes(given)
            case "array_value" | "kvlist_value" if depth > MAX_NESTING:
                self._done.done.add(DEPTH)
                return _TOO_DEEP
            case "array_value":
                return [self.plain(member, depth + 1) for member in given.values or ()]
            case "kvlist_value":
                return self.attributes(given.values or (), depth)
        return given

    def _integer(self, given: int | str) -> int | str:
        number = integer(given)
        if number is None:
            self._done.done.add(NUMBERS)
            return str(given)
        return number

    def _double(self, given: float | str) -> Decimal | str:
        """A number that DynamoDB takes, and as text what it does not: NaN, Infinity, 1E-300."""
        try:
            number = float(given)
        except ValueError:
            self._done.done.add(NUMBERS)
            return str(given)
        if not math.isfinite(number):
            return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
        exact = Decimal(repr(number))
        if number and not MIN_EXPONENT <= exact.adjusted() <= MAX_EXPONENT:
            return repr(number)
        return exact if number else Decimal(0)

    def _bytes(self, given: Any) -> str:
        text = self._encoding.base64(given)
        if text is None:
            self._done.done.add(BYTES)
            return str(given)
        return text


def integer(given: int | str | None) -> int | None:
    """A 64-bit number, which JSON may hold as text; None for anything else."""
    if isinstance(given, str) and not _INTEGER.fullmatch(given):
        return None
    number = int(given or 0)
    return number if -MAX_INT - 1 <= number <= 2 * MAX_INT + 1 else None


def json_kind(value: Any) -> str | None:
    """The field that a JSON value gives."""
    return next((kind for kind in _KINDS if getattr(value, kind) is not None), None)


def protobuf_kind(value: Any) -> str | None:
    """The field that a protobuf value gives; one of another signal's kinds counts as none."""
    kind = value.WhichOneof("value")
    return kind if kind in _KINDS else None


def json_base64(given: str) -> str | None:
    """Base64 as protobuf's JSON allows it, also URL-safe or unpadded, in its standard form."""
    standard = given.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        raw = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None
    return protobuf_base64(raw)


def protobuf_base64(given: bytes) -> str:
    """Bytes as base64 text."""
    return base64.b64encode(given).decode()
