"""Which bodies may become orders, what they come to, and which times may be asked for; pure."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import (
    Context,
    Decimal,
    DecimalException,
    Inexact,
    InvalidOperation,
    Overflow,
    Subnormal,
)
from typing import Any, NamedTuple

import msgspec

from chalicelib import times
from chalicelib.errors import InvalidInput, TooLarge
from chalicelib.orders.model import Content, OrderLine, OrderList
from chalicelib.strict_json import (
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_EXPONENT,
    MAX_ITEM_BYTES,
    MIN_EXPONENT,
    item_bytes,
)

BOOKKEEPING_BYTES = 1024
DEFAULT_SPAN = timedelta(days=7)


class Span(NamedTuple):
    """Times in [`since`, `until`)."""

    since: datetime
    until: datetime


def check_order(body: Content) -> Content:
    """A posted body that may be stored.

    Raises InvalidInput for bad `lines`, a total of more than 38 digits or 32 levels of nesting,
    TooLarge beyond 400 KB.
    """
    total_of(check_nesting(body))
    if item_bytes(body) > MAX_ITEM_BYTES - BOOKKEEPING_BYTES:
        raise TooLarge("an order may take 400 KB, as DynamoDB counts")
    return body


def check_nesting(body: Content) -> Content:
    """A body that the table can hold one level down, under `order`.

    Raises InvalidInput for 32 levels.
    """
    if _depth(body) >= MAX_DEPTH:
        raise InvalidInput(f"an order may be nested {MAX_DEPTH - 1} levels deep")
    return body


def lines_of(order: Content) -> list[OrderLine]:
    """The order's lines; none where it gives no `lines`.

    Raises InvalidInput, which names the path of what is wrong.
    """
    if "lines" not in order:
        return []
    try:
        return msgspec.convert(
            {"lines": order["lines"]}, _WithLines, builtin_types=(Decimal,)
        ).lines
    except msgspec.ValidationError as error:
        raise InvalidInput(str(error)) from error


def total_of(order: Content) -> Decimal | None:
    """The exact sum of quantity times unit price; None where the order gives no `lines`.

    Raises InvalidInput for bad `lines`, and where 38 digits do not hold the sum.
    """
    if "lines" not in order:
        return None
    total = Decimal(0)
    try:
        for line in lines_of(order):
            amount = amount_of(line)
            total = _EXACT.add(total, amount) if amount else total
    except DecimalException as error:
        raise InvalidInput(f"the total of `lines` has more than {MAX_DIGITS} digits") from error
    return total


def amount_of(line: OrderLine) -> Decimal:
    """Quantity times unit price, exactly.

    Raises DecimalException where 38 digits do not hold it.
    """
    return _EXACT.multiply(Decimal(line.quantity), Decimal(line.unit_price))


def order_id(caller: str, key: str) -> str:
    """The id of the order that `caller` places under an Idempotency-Key: the same every time."""
    return hashlib.sha256(msgspec.json.encode([caller, key])).hexdigest()[:32]


def span(query: OrderList, now: datetime) -> Span:
    """The times that `query` asks for.

    Raises InvalidInput for a bad time, an empty range, or more than 31 days.
    """
    given = (query.since, query.until)
    return Span(*times.parse_span(given, ("since", "until"), now, DEFAULT_SPAN))


def days(times_asked: Span) -> Iterator[str]:
    """The days of a span, the newest first, as `YYYY-MM-DD`."""
    day = (times_asked.until - timedelta(microseconds=1)).date()
    while day > times_asked.since.date():
        yield day.isoformat()
        day -= timedelta(days=1)
    yield day.isoformat()


def bounds(times_asked: Span) -> tuple[str, str]:
    """The first and the last time of a span as texts that sort as the times do."""
    last = times_asked.until - timedelta(microseconds=1)
    return times.sortable_text(times_asked.since), times.sortable_text(last)


class _WithLines(msgspec.Struct, frozen=True):
    lines: list[OrderLine]


# What DynamoDB holds, and not a digit less: a sum is exact or refused.
_EXACT = Context(
    prec=MAX_DIGITS,
    Emin=MIN_EXPONENT,
    Emax=MAX_EXPONENT,
    traps=[Inexact, InvalidOperation, Overflow, Subnormal],
)


def _depth(value: Any) -> int:
    match value:
        case dict():
            return 1 + max((_depth(member) for member in value.values()), default=0)
        case list():
            return 1 + max((_depth(member) for member in value), default=0)
    return 0
