"""Values as plain JSON, where that loses nothing: all but binary, sets and numbers of other forms.

PostgreSQL's jsonb keeps every digit of a number, but neither an exponent nor the character U+0000.
"""

import json
import re
from typing import Any

from infra.transfer.typed import Attribute

NUMBER = re.compile(r"(?!-0$)-?(0|[1-9][0-9]*)(\.[0-9]+)?")


class Unfit(Exception):
    """A value that a column does not give back exactly as it is."""


class _Number(str):
    """The digits of a number, as they were written."""

    __slots__ = ()


def to_json(attribute: Attribute) -> str:
    """The value as JSON text.

    Raises Unfit.
    """
    kind, value = next(iter(attribute.items()))
    match kind:
        case "S":
            return quote(value)
        case "N" if NUMBER.fullmatch(value):
            return str(value)
        case "BOOL":
            return "true" if value else "false"
        case "NULL":
            return "null"
        case "L":
            return f"[{','.join(to_json(member) for member in value)}]"
        case "M":
            members = (f"{quote(name)}:{to_json(member)}" for name, member in value.items())
            return f"{{{','.join(members)}}}"
    raise Unfit


def from_json(text: str) -> Attribute:
    """The attribute of JSON text."""
    return _to_attribute(json.loads(text, parse_int=_Number, parse_float=_Number))


def quote(text: str) -> str:
    """A string as JSON.

    Raises Unfit.
    """
    return json.dumps(require_text(text), ensure_ascii=False)


def require_text(text: str) -> str:
    """A text that PostgreSQL can hold; raises Unfit."""
    if "\0" in text:
        raise Unfit
    return text


def _to_attribute(value: Any) -> Attribute:
    match value:
        case None:
            return {"NULL": True}
        case bool():
            return {"BOOL": value}
        case _Number():
            return {"N": str(value)}
        case str():
            return {"S": value}
        case list():
            return {"L": [_to_attribute(member) for member in value]}
    return {"M": {name: _to_attribute(member) for name, member in value.items()}}
