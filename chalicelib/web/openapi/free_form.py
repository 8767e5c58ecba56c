"""The schema of free-form JSON, from the limits by which `strict_json` reads it.

Not said, since JSON Schema has no words for it: 38 digits, 32 levels and the size in bytes.
"""

from typing import Any

from chalicelib.strict_json import BEYOND, LEAST, MAX_NAME_BYTES, NO_NUL
from chalicelib.web.operation import Free

NAME = "JsonValue"
_NUMBERS = [
    {"type": "number", "const": 0},
    {"type": "number", "minimum": LEAST, "exclusiveMaximum": BEYOND},
    {"type": "number", "maximum": -LEAST, "exclusiveMinimum": -BEYOND},
]
VALUE = {"$ref": f"#/components/schemas/{NAME}"}


def build_object(free: Free, members: dict[str, Any]) -> dict[str, Any]:
    """An object of any names, with the members that are known."""
    known = {name: members[name] for name in ("properties", "required") if members.get(name)}
    return {"type": "object", **known, **_build_rest(free.reserved)}


def build_value() -> dict[str, Any]:
    """Any value that is taken and stored as it is."""
    return {
        "description": "Any JSON value; numbers have at most 38 digits, nesting ends at 32 levels.",
        "anyOf": [
            {"type": ["null", "boolean"]},
            {"type": "string", "pattern": f"^{NO_NUL}*$"},
            {"anyOf": _NUMBERS},
            {"type": "array", "items": VALUE},
            {"type": "object", **_build_rest("")},
        ],
    }


def _build_rest(reserved: str) -> dict[str, Any]:
    not_reserved = f"(?!{reserved})" if reserved else ""
    pattern = f"^{not_reserved}{NO_NUL}+$"
    return {
        "propertyNames": {"pattern": pattern, "maxLength": MAX_NAME_BYTES},
        "additionalProperties": VALUE,
    }
