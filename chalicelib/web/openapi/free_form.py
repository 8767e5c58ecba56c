"""The schema of free-form JSON, from the limits by which `strict_json` reads it.

Not said, since JSON Schema has no words for it: 38 digits, 32 levels and the size in bytes.
"""

from typing import Any

from chalicelib.strict_json import BEYOND, LEAST, MAX_NAME_BYTES, NO_NUL
from chalicelib.web.operation import Free

NAME = "JsonValue"
# Too near to 0, and not 0.
_TOO_SMALL = {
    "type": "number",
    "exclusiveMinimum": -LEAST,
    "exclusiveMaximum": LEAST,
    "not": {"const": 0},
}
VALUE = {"$ref": f"#/components/schemas/{NAME}"}


def build_object(free: Free, members: dict[str, Any]) -> dict[str, Any]:
    """An object of any names, with the members that are known."""
    known = {name: members[name] for name in ("properties", "required") if members.get(name)}
    return {"type": "object", **known, **_build_rest(free.reserved)}


def build_value() -> dict[str, Any]:
    """Any value that is taken and stored as it is; each keyword holds for its own type alone.

    Behind `if`, since generators of clients cannot follow a list of types into itself: they make
    it a value of any type.
    """
    limits = {
        "pattern": f"^{NO_NUL}*$",
        "exclusiveMinimum": -BEYOND,
        "exclusiveMaximum": BEYOND,
        "not": _TOO_SMALL,
        "items": VALUE,
        **_build_rest(""),
    }
    return {
        "description": "Any JSON value; numbers have at most 38 digits, nesting ends at 32 levels.",
        "if": {},
        "then": limits,
    }


def _build_rest(reserved: str) -> dict[str, Any]:
    not_reserved = f"(?!{reserved})" if reserved else ""
    pattern = f"^{not_reserved}{NO_NUL}+$"
    return {
        "propertyNames": {"pattern": pattern, "maxLength": MAX_NAME_BYTES},
        "additionalProperties": VALUE,
    }
