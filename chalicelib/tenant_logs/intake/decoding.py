"""One record's JSON into its fields: strictly at first, and repaired where that fails; pure."""

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec

from chalicelib.errors import InvalidInput
from chalicelib.tenant_logs.intake import mending, oversize, repairs
from chalicelib.tenant_logs.intake.given import Given
from chalicelib.tenant_logs.intake.repairs import Budget, Repairs
from chalicelib.tenant_logs.model import LogRejectCode, Refusal

MAX_DECODED_BYTES = 1024 * 1024  # beyond that only the fields that are known are decoded

_FAIR_VALUES = 250  # a record's share; a thousand records may have as many each
_PLAIN_NESTING = 32
_FAIR_BYTES = 32 * 1024
_LONG_NUMBER = re.compile(rb"[0-9]{39}")
_LONG_RUN = re.compile(rb"[0-9]{3}")  # of each thirteenth byte: what has none has no 39 digits
_NOT_AN_OBJECT = Refusal(LogRejectCode.NOT_AN_OBJECT, "the record must be a JSON object")


class _OddNumberError(Exception):
    """A number that DynamoDB does not take."""


def record(raw: bytes, budget: Budget, repaired: frozenset[str] = frozenset()) -> Given | Refusal:
    """The fields of one record; `repaired` is what was mended in it before.

    Only one with more than its share of values is counted against the request's budget.
    """
    if _is_fair(raw):
        budget = Budget()
    try:
        if len(raw) > MAX_DECODED_BYTES or not budget.values:
            return oversize.record(raw, repaired)
        value = _STRICT.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, _OddNumberError):
        return _mend(raw, budget, repaired)
    if not isinstance(value, dict):
        return _NOT_AN_OBJECT
    if len(raw) <= _FAIR_BYTES and _is_plain(raw):
        return Given(value, repaired=repaired, json_bytes=len(raw))
    done = Repairs(budget)
    return Given(done.value(value), {}, repaired | done.done, len(raw))


def _is_plain(raw: bytes) -> bool:
    """Whether it is plain to see that nothing in a record needs a repair."""
    return (
        raw.count(b"{") + raw.count(b"[") <= _PLAIN_NESTING
        and b'""' not in raw
        and b"\\u0000" not in raw
        and not (_LONG_RUN.search(raw[12::13]) and _LONG_NUMBER.search(raw))
    )


def _is_fair(raw: bytes) -> bool:
    """Whether a record has no more than its share of values."""
    return len(raw) <= _FAIR_VALUES or (len(raw) <= _FAIR_BYTES and raw.count(b",") <= _FAIR_VALUES)


def value(raw: bytes, done: Repairs, number: Callable[[str], Any]) -> Any:
    """The value of JSON that the strict decoder refused, mended; `number` reads a fraction.

    Raises InvalidInput for what is no JSON even so.
    """
    try:
        mended, marks = mending.remove_marks(mending.mend(raw))
        try:
            found = _decode(mended, number)
        except RecursionError:
            mended, deep = mending.remove_marks(mending.flatten(mended))
            found, marks = _decode(mended, number), marks | deep
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput(f"the record is not valid JSON: {error}") from error
    done.done |= marks
    return found


def _mend(raw: bytes, budget: Budget, repaired: frozenset[str]) -> Given | Refusal:
    """A record that the strict decoder refused."""
    done = Repairs(budget)
    try:
        if len(raw) > MAX_DECODED_BYTES or not budget.values:
            mended, marks = mending.remove_marks(mending.mend(raw))
            return oversize.record(mended, repaired | marks)
        fields = done.value(value(raw, done, done.number))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Refusal(LogRejectCode.INVALID_JSON, f"the record is not valid JSON: {error}")
    except InvalidInput as error:
        return Refusal(LogRejectCode.INVALID_JSON, str(error))
    if not isinstance(fields, dict):
        return _NOT_AN_OBJECT
    return Given(fields, {}, repaired | done.done, len(raw))


def _decode(raw: bytes, number: Callable[[str], Any]) -> Any:
    return msgspec.json.Decoder(float_hook=number).decode(raw)


def _strict_number(text: str) -> Decimal:
    number = repairs.decimal(text)
    if number is None:
        raise _OddNumberError
    return number


_STRICT = msgspec.json.Decoder(float_hook=_strict_number)
