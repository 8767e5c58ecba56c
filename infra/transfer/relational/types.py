"""The types of columns: how each takes a value as PostgreSQL's text and gives it back exactly.

What a type cannot give back as it was is Unfit for it, and stays in the row's `rest`.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from infra.transfer.relational.plain import NUMBER, Unfit, from_json, require_text, to_json
from infra.transfer.typed import Attribute

_WHOLE = re.compile(r"(?!-0$)-?(0|[1-9][0-9]{0,17})")
_SECONDS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_MICROSECONDS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_SHORT = re.compile(_SECONDS.pattern.replace("Z", r"(\.(?!000000)[0-9]{6})?Z"))
_ISO = 'YYYY-MM-DD"T"HH24:MI:SS'


@dataclass(frozen=True)
class Type:
    """A column's type; `read` is the expression that reads it as text, of `{}`, its name."""

    sql: str
    to_text: Callable[[Attribute], str]
    from_text: Callable[[str], Attribute]
    read: str = "{}"


def _string(attribute: Attribute) -> str:
    return require_text(_of(attribute, "S"))


def _number(pattern: re.Pattern[str]) -> Callable[[Attribute], str]:
    def to_text(attribute: Attribute) -> str:
        return _match(pattern, _of(attribute, "N"))

    return to_text


def _time(pattern: re.Pattern[str]) -> Callable[[Attribute], str]:
    def to_text(attribute: Attribute) -> str:
        text = _match(pattern, _of(attribute, "S"))
        try:
            datetime.fromisoformat(text)
        except ValueError as error:
            raise Unfit from error
        return text

    return to_text


def _day(attribute: Attribute) -> str:
    text = _match(re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), _of(attribute, "S"))
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise Unfit from error


def _strings(attribute: Attribute) -> str:
    """An array, as PostgreSQL writes one."""
    members = [require_text(_of(member, "S")) for member in _of(attribute, "L")]
    quoted = (member.replace("\\", "\\\\").replace('"', '\\"') for member in members)
    return "{" + ",".join(f'"{member}"' for member in quoted) + "}"


def _flag(attribute: Attribute) -> str:
    return "t" if _of(attribute, "BOOL") else "f"


def _json(attribute: Attribute) -> str:
    if next(iter(attribute)) == "NULL":
        raise Unfit  # SQL's NULL says that already
    return to_json(attribute)


def _of(attribute: Attribute, kind: str) -> Any:
    if kind not in attribute:
        raise Unfit
    return attribute[kind]


def _match(pattern: re.Pattern[str], text: str) -> str:
    if not pattern.fullmatch(text):
        raise Unfit
    return text


def _to_string(text: str) -> Attribute:
    return {"S": text}


def _to_number(text: str) -> Attribute:
    return {"N": text}


def _to_strings(text: str) -> Attribute:
    return {"L": [{"S": member} for member in json.loads(text)]}


def prefixed(prefix: str) -> Type:
    """A key that begins so, without that."""

    def to_text(attribute: Attribute) -> str:
        text = _string(attribute)
        if not text.startswith(prefix):
            raise Unfit
        return text.removeprefix(prefix)

    return Type("text", to_text, lambda text: {"S": prefix + text})


TEXT = Type("text", _string, _to_string)
NUMERIC = Type("numeric", _number(NUMBER), _to_number)
WHOLE = Type("bigint", _number(_WHOLE), _to_number)
FLAG = Type("boolean", _flag, lambda text: {"BOOL": text == "t"})
TIME = Type(
    "timestamptz", _time(_SECONDS), _to_string, f"to_char({{}} AT TIME ZONE 'UTC', '{_ISO}\"Z\"')"
)
EXACT_TIME = Type(
    "timestamptz",
    _time(_MICROSECONDS),
    _to_string,
    f"to_char({{}} AT TIME ZONE 'UTC', '{_ISO}.US\"Z\"')",
)
# As `chalicelib.times.text` writes it: without a fraction where that is zero.
SHORT_TIME = Type(
    "timestamptz",
    _time(_SHORT),
    _to_string,
    f"to_char({{0}} AT TIME ZONE 'UTC', '{_ISO}') || CASE WHEN date_trunc('second', {{0}}) = {{0}} "
    "THEN '' ELSE to_char({0}, '.US') END || 'Z'",
)
DAY = Type("date", _day, _to_string, "to_char({}, 'YYYY-MM-DD')")
TEXTS = Type("text[]", _strings, _to_strings, "to_jsonb({})::text")
JSON = Type("jsonb", _json, from_json)
