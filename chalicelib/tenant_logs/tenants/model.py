"""Tenants: their settings and keys, as operators give them; pure."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.ids import TenantId
from chalicelib.times import Time
from chalicelib.web.cursors import Cursor

MAX_LIVE_KEYS = 10
KEPT_ENDED_KEYS = 40
MAX_USAGE_DAYS = 90

KeyId = Annotated[str, Meta(extra_json_schema={"pattern": "^[0-9a-f]{16}$"})]


class TenantSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What holds for a tenant's logs.

    `masks` replaces e-mail addresses, card and phone numbers before the queue. `rate_per_s` is
    requests, `records_per_day` records a UTC day.
    """

    retention_days: Annotated[int, Meta(ge=1, le=3650)] = 30
    masks: bool = True
    # One item counts a tenant's requests, and DynamoDB takes 1,000 writes a second on an item.
    rate_per_s: Annotated[int, Meta(ge=1, le=1000)] = 200
    records_per_day: Annotated[int, Meta(ge=1, le=1_000_000_000)] = 1_000_000


class TenantOrigin(StrEnum):
    """How a tenant became known: an operator created it, or open intake took logs for it."""

    OPERATOR = "operator"
    OPEN_INTAKE = "open_intake"


class NewTenant(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A tenant to create."""

    tenant_id: TenantId
    settings: TenantSettings = TenantSettings()


class TenantKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key without its secret. Times are UTC texts; `ends_at` is null until rotated or revoked.

    `key_id` is how the key's SHA-256 begins. `last_used_at` is up to an hour behind, and null for
    a key that was not used in 400 days.
    """

    key_id: KeyId
    created_at: Time
    ends_at: Time | None
    last_used_at: Time | None


class Tenant(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant with its settings and keys: the live ones, and those that ended last."""

    tenant_id: TenantId
    created_at: Time
    origin: TenantOrigin
    settings: TenantSettings
    keys: list[TenantKey]


class TenantPage(msgspec.Struct, frozen=True):
    """Some tenants in the order of their ids, and the cursor of the next page, null at the end."""

    tenants: list[Tenant]
    next_cursor: str | None


class TenantList(msgspec.Struct, frozen=True):
    """Which page of tenants to list."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 50
    cursor: Cursor | None = None


class NewTenantKey(msgspec.Struct, frozen=True, kw_only=True):
    """A new key, shown this once: only its hash is kept."""

    key_id: KeyId
    key: str
    created_at: Time


class TenantKeyRotation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long, in seconds, the old key still works beside the new one."""

    grace_s: Annotated[int, Meta(ge=0, le=7 * 24 * 3600)] = 0


class UsageQuery(msgspec.Struct, frozen=True):
    """Of how many days to show the usage: the last UTC days, with today."""

    days: Annotated[int, Meta(ge=1, le=MAX_USAGE_DAYS)] = 30


class TenantUsageDay(msgspec.Struct, frozen=True, kw_only=True):
    """What a tenant sent on one UTC day, by its arrival.

    `records` were taken, with so many `bytes` of JSON as they were sent, null where they were not
    counted; a retry after a lost response counts twice. `rejected` counts by reason what was
    refused for good: the codes of records, and `request_...` for whole requests. What is over a
    limit may come again and is not in it.
    """

    day: Annotated[str, Meta(extra_json_schema={"format": "date"}, examples=["2026-11-28"])]
    records: Annotated[int, Meta(examples=[5012])]
    bytes: Annotated[int, Meta(examples=[1048576])] | None
    rejected: Annotated[dict[str, int], Meta(examples=[{"no_text": 3, "request_too_large": 1}])]


class TenantUsage(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant's usage day by day, oldest first, and its quota of records a day."""

    tenant_id: TenantId
    records_per_day: int
    days: list[TenantUsageDay]
