"""Records that are too big to be kept whole: their known fields alone are decoded; pure.

A megabyte of JSON may become fifty of Python objects; what is skipped becomes none.
"""

from typing import Any

import msgspec

from chalicelib.strict_json import MAX_ITEM_BYTES
from chalicelib.tenant_logs.intake import aliases, repairs
from chalicelib.tenant_logs.intake.given import Given
from chalicelib.tenant_logs.intake.repairs import Budget, Repairs
from chalicelib.tenant_logs.model import LogRejectCode, Refusal

_MAX_FIELD_BYTES = 4 * 1024  # of a field that is no text
_OTHERS = ("tenant_id", "log_id", "source", "host", "service", "logger")
_NAMES = tuple(
    dict.fromkeys(
        name for name in (*_OTHERS, *aliases.TEXT, *aliases.TIME, *aliases.LEVEL) if "." not in name
    )
)
_FIELDS = {f"f{position}": name for position, name in enumerate(_NAMES)}
_KNOWN = msgspec.defstruct(
    "Known",
    [(field, msgspec.Raw, msgspec.Raw()) for field in _FIELDS],
    rename=_FIELDS,
    frozen=True,
)
_DECODER = msgspec.json.Decoder(_KNOWN)
_NOT_AN_OBJECT = Refusal(LogRejectCode.NOT_AN_OBJECT, "the record must be a JSON object")


def record(raw: bytes, repaired: frozenset[str]) -> Given | Refusal:
    """The known fields of a record; the others are left out, and its texts are cut.

    Raises msgspec.DecodeError and RecursionError for what is no JSON.
    """
    try:
        known = _DECODER.decode(raw)
    except msgspec.ValidationError:
        return _NOT_AN_OBJECT
    done = Repairs(Budget())
    fields: dict[str, Any] = {}
    for field, name in _FIELDS.items():
        value = _field(getattr(known, field), done)
        if value is not None:
            fields[name] = value
    return Given(fields, {}, repaired | done.done | {repairs.SIZE}, len(raw))


def _field(raw: msgspec.Raw, done: Repairs) -> Any:
    """A small value, or a text; None for what is left out."""
    view = memoryview(raw)
    if not view.nbytes:
        return None
    if view.nbytes <= _MAX_FIELD_BYTES:
        return done.value(msgspec.json.Decoder(float_hook=done.number).decode(raw))
    if view[:1].tobytes() != b'"':
        return None
    text: str = msgspec.json.decode(raw, type=str)
    return done.text(text[:MAX_ITEM_BYTES])
