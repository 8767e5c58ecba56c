"""E-mail addresses, card and phone numbers, replaced before anything is kept; pure.

Time and memory are linear in the text. The ids of traces and spans are left as they are.
"""

import re
from typing import Any

from chalicelib.tenant_logs.intake.masking_card_groups import mask_card_groups
from chalicelib.tenant_logs.intake.masking_cards import CARD, is_card_number, mask_cards
from chalicelib.tenant_logs.intake.masking_emails import mask_emails
from chalicelib.tenant_logs.intake.masking_phones import mask_phones

_ESCAPE = "\x1b"
# ANSI escape codes, also as JSON, shells and rsyslog write the escape character.
_ESCAPES = (_ESCAPE, "\\u001b", "\\u001B", "\\x1b", "\\x1B", "\\033", "\\e", "#033", "^[")
_PARAMETERS = r"\[[0-9;:?]*+[@-~]"
_ANSI = re.compile(
    rf"((?:{_ESCAPE}(?:{_PARAMETERS})?+"
    rf"|(?:{'|'.join(re.escape(escape) for escape in _ESCAPES[1:])}){_PARAMETERS})++)"
)

_SHORTEST = len("a@b.cd")  # a phone number has eight digits, a card twelve
_CANDIDATE = re.compile("[0-9@]")  # nothing is masked in a text without one

_TRACE_IDS = ("traceid", "spanid")
_NAME_SIGNS = str.maketrans("", "", "_-. ")
# Hexadecimal (W3C Trace Context, B3, UUIDs) or decimal (64 bits).
_TRACE_ID = re.compile(r"[0-9A-Fa-f-]{1,64}")


def mask(text: str, name: str = "") -> str:
    """`text` with `[email]`, `[card]` and `[phone]` for such data.

    `name` is that of the field that holds the text: no card number is searched in what is called a
    size or an `order_id`.
    """
    if len(text) < _SHORTEST or not _CANDIDATE.search(text):
        return text
    if "[" in text and any(f"{escape}[" in text for escape in _ESCAPES):
        return _mask_between_escapes(text, name)
    return _mask_parts(text, name)


class Masks:
    """Masks the attributes of a request's records; what they share is masked once.

    Names are left as they are, and numbers but for those of cards.
    """

    def __init__(self) -> None:
        self._done: dict[int, tuple[Any, Any]] = {}  # by id; the object itself keeps it its own

    def attributes(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Attributes with every string in them masked."""
        return {name: self._member(name, value) for name, value in attrs.items()}

    def _member(self, name: str, value: Any) -> Any:
        if not isinstance(value, dict):
            return _mask_value(name, value)
        known = self._done.get(id(value))
        if known is None:
            known = self._done[id(value)] = (value, _mask_value(name, value))
        return known[1]


def _mask_value(name: str, value: Any) -> Any:
    match value:
        case str():
            return value if _is_trace_id(name, value) else mask(value, name)
        case dict():
            return {member: _mask_value(member, inner) for member, inner in value.items()}
        case list():
            return [_mask_value(name, item) for item in value]
        case int() if not isinstance(value, bool) and is_card_number(value, name):
            return value if _is_trace_id(name, str(value)) else CARD
    return value


def _mask_parts(text: str, name: str) -> str:
    return mask_phones(mask_card_groups(mask_cards(mask_emails(text), name)))


def _mask_between_escapes(text: str, name: str) -> str:
    """One escape character, which no mask covers, keeps the place of codes meanwhile."""
    parts = _ANSI.split(text)
    plain = _ESCAPE.join(parts[::2])
    masked = _mask_parts(plain, name)
    if masked == plain:
        return text
    parts[::2] = masked.split(_ESCAPE)
    return "".join(parts)


def _is_trace_id(name: str, value: str) -> bool:
    """Whether the field is called so, and holds what such ids consist of."""
    return (
        name[-2:] in {"id", "Id", "ID"}
        and name.translate(_NAME_SIGNS).lower().endswith(_TRACE_IDS)
        and _TRACE_ID.fullmatch(value) is not None
    )
