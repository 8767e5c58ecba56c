"""The rules of ids and key parts, and the one place that joins them."""

import re
import uuid
from typing import Annotated, TypeGuard

from msgspec import Meta

from chalicelib.errors import InvalidInput

# `(?!\n)$`: in Python `$` alone also matches before a final newline; JSON Schema has no `\Z`.
# `.` and `..` are no ids: clients and proxies resolve them in a path.
ID_PATTERN = r"^(?!\.{1,2}$)[A-Za-z0-9_.@+-]{1,128}(?!\n)$"
ID_RULE = "1 to 128 characters of A-Z a-z 0-9 _ . @ + -, and not . or .."

# Documented here and enforced by `checked`, whose message a reader understands.
Id = Annotated[str, Meta(description=ID_RULE, extra_json_schema={"pattern": ID_PATTERN})]

# How an id may begin.
IdPrefix = Annotated[
    str,
    Meta(
        description="1 to 128 characters of A-Z a-z 0-9 _ . @ + -",
        pattern=r"^[A-Za-z0-9_.@+-]{1,128}(?!\n)$",
    ),
]

TENANT_PATTERN = r"^[a-z0-9_-]{1,64}(?!\n)$"
TENANT_RULE = "1 to 64 characters of a-z 0-9 _ -"
TenantId = Annotated[
    str, Meta(description=TENANT_RULE, extra_json_schema={"pattern": TENANT_PATTERN})
]

_ID = re.compile(ID_PATTERN)
_TENANT = re.compile(TENANT_PATTERN)


def is_id(value: object) -> TypeGuard[str]:
    """Whether `value` follows the rule of ids."""
    return isinstance(value, str) and _ID.match(value) is not None


def require_id(value: object, name: str) -> str:
    """`value` as an id.

    Raises InvalidInput, which names the field and the rule.
    """
    if not is_id(value):
        raise InvalidInput(f"{name} must be {ID_RULE}")
    return value


def require_tenant_id(value: object, name: str = "tenant_id") -> str:
    """`value` as a tenant's id.

    Raises InvalidInput, which names the field and the rule.
    """
    if not is_tenant_id(value):
        raise InvalidInput(f"{name} must be {TENANT_RULE}")
    return value


def is_tenant_id(value: object) -> TypeGuard[str]:
    """Whether `value` follows the rule of tenants' ids."""
    return isinstance(value, str) and _TENANT.match(value) is not None


def join_key(prefix: str, *parts: str) -> str:
    """A key such as `MSG#<id>`. `#` never comes from outside, so no part can reach another key.

    Raises InvalidInput for a part that breaks the rule of ids.
    """
    return "#".join([prefix, *(require_id(part, "key part") for part in parts)])


def new_uuid7(at_ms: int, random_bits: int) -> str:
    """A UUID of version 7 (RFC 9562): such ids sort by the time at which they were made.

    `at_ms` is in epoch milliseconds; of `random_bits` 74 are used.
    """
    high = (at_ms & (1 << 48) - 1) << 16 | 0x7000 | random_bits >> 62 & 0xFFF
    low = 1 << 63 | random_bits & (1 << 62) - 1
    return str(uuid.UUID(int=high << 64 | low))
