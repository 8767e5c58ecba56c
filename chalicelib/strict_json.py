"""JSON as this product takes and gives it: numbers as Decimal, and nothing DynamoDB would refuse.

Where the rules come from: DynamoDB takes 38 digits, magnitudes of 1E-130 to 9.99E+125, 32 levels
of nesting, names below 64 KB and items of 400 KB; NUL, lone surrogates and NaN have no place in
what others read.
Of duplicate keys the last one wins (RFC 8259, section 4, leaves it open).
"""

from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.errors import InvalidInput, TooLarge

MAX_BODY_BYTES = 5 * 1024 * 1024  # Lambda itself ends at 6 MB, base64 included
MAX_DEPTH = 32
MAX_DIGITS = 38
MIN_EXPONENT, MAX_EXPONENT = -130, 125
MAX_NUMBER_TEXT = 200  # whatever is written longer than this cannot be within the other two
MAX_ITEM_BYTES = 400 * 1024
MAX_NAME_BYTES = 64 * 1024 - 1
# The same limits for the schemas of bodies; a number is 0 or as far from it as `LEAST`.
LEAST, BEYOND = float(f"1e{MIN_EXPONENT}"), float(f"1e{MAX_EXPONENT + 1}")
NO_NUL = r"[^\u0000]"
Text = Annotated[str, Meta(extra_json_schema={"pattern": f"^{NO_NUL}*$"})]

_PLAIN_INT = 10**MAX_DIGITS
_ENCODER = msgspec.json.Encoder(decimal_format="number")


def encode(value: Any) -> str:
    """`value` as JSON text; Decimals as numbers, never through float."""
    return _ENCODER.encode(value).decode()


def encode_for_queue(value: Any) -> str:
    """As `encode`, with U+FFFE and U+FFFF escaped: JSON may hold them as they are, SQS may not."""
    return utf8_for_queue(value).decode()


def utf8_for_queue(value: Any) -> bytes:
    """As `encode_for_queue`, in UTF-8."""
    done = _ENCODER.encode(value)
    if b"\xef\xbf" not in done:
        return done
    return done.replace(b"\xef\xbf\xbe", rb"\ufffe").replace(b"\xef\xbf\xbf", rb"\uffff")


def decode(raw: bytes) -> Any:
    """The JSON value of a body.

    Raises TooLarge beyond 5 MB and InvalidInput for whatever breaks the rules above.
    """
    if len(raw) > MAX_BODY_BYTES:
        raise TooLarge(f"the body exceeds {MAX_BODY_BYTES} bytes")
    try:
        value = _DECODER.decode(raw)
    except RecursionError as error:
        raise InvalidInput(f"the JSON is nested deeper than {MAX_DEPTH} levels") from error
    except UnicodeDecodeError as error:
        raise InvalidInput("the body is not UTF-8") from error
    except msgspec.DecodeError as error:
        raise InvalidInput(f"the body is not valid JSON: {error}") from error
    _check(value, depth=1)
    return value


def decode_object(raw: bytes) -> dict[str, Any]:
    """The JSON object of a body.

    Raises what `decode` raises, and InvalidInput for any other kind of value.
    """
    value = decode(raw)
    if not isinstance(value, dict):
        raise InvalidInput("the body must be a JSON object")
    return value


def check(value: Any) -> None:
    """Raise InvalidInput where a value that was not read by `decode` breaks the rules above.

    Decimals are taken as they are.
    """
    _check(value, depth=1)


def item_bytes(value: Any) -> int:
    """The size of a value as DynamoDB counts it, rounded up (Developer Guide, item sizes)."""
    match value:
        case str():
            return len(value.encode())
        case bool() | None:
            return 1
        case int() | Decimal():
            return 2 + (significant_digits(value) + 1) // 2
        case dict():
            return 3 + sum(len(k.encode()) + 1 + item_bytes(v) for k, v in value.items())
        case list():
            return 3 + sum(1 + item_bytes(member) for member in value)
    raise TypeError(type(value).__name__)


def significant_digits(number: Decimal | int) -> int:
    """How many digits a number has without zeros before and behind them."""
    digits = str(number).partition("E")[0].lstrip("-").replace(".", "")
    return len(digits.strip("0"))


def _check(value: Any, depth: int) -> None:
    """One walk over a decoded value; a scalar is no level of its own."""
    match value:
        case str():
            _check_text(value)
        case bool():
            return
        case int():
            _check_int(value)
        case dict() | list():
            if depth > MAX_DEPTH:
                raise InvalidInput(f"the JSON is nested deeper than {MAX_DEPTH} levels")
            _check_members(value, depth)


def _check_members(value: dict[str, Any] | list[Any], depth: int) -> None:
    if isinstance(value, list):
        for member in value:
            _check(member, depth + 1)
        return
    for name, member in value.items():
        if not 0 < len(name.encode()) <= MAX_NAME_BYTES:
            raise InvalidInput(f"an attribute name must have 1 to {MAX_NAME_BYTES} bytes")
        _check_text(name)
        _check(member, depth + 1)


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise InvalidInput("a text contains NUL")


def _check_int(number: int) -> None:
    if not -_PLAIN_INT < number < _PLAIN_INT:
        _check_number(Decimal(number))


def _check_number(number: Decimal) -> None:
    if significant_digits(number) > MAX_DIGITS:
        raise InvalidInput(f"a number has more than {MAX_DIGITS} digits")
    if not MIN_EXPONENT <= number.adjusted() <= MAX_EXPONENT:
        raise InvalidInput(f"a number is beyond 1E{MIN_EXPONENT} to 9.99E+{MAX_EXPONENT}")


def _decimal(text: str) -> Decimal:
    """A number with a fraction or an exponent, checked as it is read: 1e999 never gets further."""
    if len(text) > MAX_NUMBER_TEXT:
        raise InvalidInput(f"a number has more than {MAX_DIGITS} digits")
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise InvalidInput("a number has an absurd exponent") from error
    if not number:
        return Decimal(0)
    _check_number(number)
    return number


_DECODER = msgspec.json.Decoder(float_hook=_decimal)
