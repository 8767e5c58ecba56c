"""An order's content as lines of text: its lines as a table, all else as names and values; pure."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from chalicelib.errors import InvalidInput
from chalicelib.orders.model import Order, OrderLine
from chalicelib.orders.rules import amount_of, lines_of, total_of

_HEAD = ("SKU", "Quantity", "Unit price", "Amount", "Note")
_NUMERIC = (1, 2, 3)
_WIDEST = 40  # characters of a column
_DECIMALS = 2  # that an amount of money has at least; more where the order gives more


def table(order: Order) -> Iterator[str]:
    """The lines of an order that gives any, with their total; nothing for others."""
    given = _lines(order)
    if not given:
        return
    rows = [_HEAD, *(_row(line) for line in given)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    yield ""
    for row in rows:
        yield _align(row, widths)
    if order.total is not None:
        yield ""
        yield f"Total      {money(order.total)}"


def money(amount: int | Decimal) -> str:
    """An amount in its one form: every digit, at least two decimals, no exponent: `12.00`, `0.125`.

    The amount may be an int: `format` would take one through float.
    """
    whole, _, fraction = plain_number(amount).partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(_DECIMALS, '0')}"


def plain_number(number: int | Decimal) -> str:
    """Every digit of a number, without an exponent."""
    return f"{Decimal(number):f}"


def fields(order: Order) -> Iterator[tuple[str, str]]:
    """What else the order holds, nested names joined by dots: `customer.name`, `tags[0]`."""
    content = order.order
    if not isinstance(content, dict):
        yield "order", _text(content)
        return
    shown_above = {"lines"} if _lines(order) else set()
    for name, value in content.items():
        if name not in shown_above:
            yield from _flat(name, value)


def _lines(order: Order) -> list[OrderLine]:
    """What came past the API may give `lines` that are none."""
    content = order.order
    try:
        return (
            [] if not isinstance(content, dict) or total_of(content) is None else lines_of(content)
        )
    except InvalidInput:
        return []


def _row(line: OrderLine) -> tuple[str, ...]:
    cells = (
        line.sku,
        plain_number(line.quantity),
        money(line.unit_price),
        money(amount_of(line)),
        line.note or "",
    )
    return tuple(_cell(cell) for cell in cells)


def _cell(text: str) -> str:
    clean = "".join(character if character.isprintable() else " " for character in text)
    return clean if len(clean) <= _WIDEST else f"{clean[: _WIDEST - 1]}…"


def _align(row: Sequence[str], widths: Sequence[int]) -> str:
    cells = [
        cell.rjust(width) if column in _NUMERIC else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]
    return "  ".join(cells).rstrip()


def _flat(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for name, member in value.items():
            yield from _flat(f"{path}.{name}", member)
    elif isinstance(value, list) and value:
        for number, member in enumerate(value):
            yield from _flat(f"{path}[{number}]", member)
    else:
        yield path, _text(value)


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case None | []:
            return "-"
        case dict():  # an empty one: others are shown by their members
            return "-"
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return plain_number(value)
    return str(value)
