"""Tenants and their keys in `OmniState`.

A tenant is one item, `pk`=`TENANT` and `sk`=its id, with settings and keys. A key is found by its
digest in an item of its own, `pk`=`TENANT-KEY#<digest>`, which goes by TTL once the key ended.
"""

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from chalicelib import times
from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.aws.transactions import Put, transact
from chalicelib.ids import join_key
from chalicelib.tenant_logs.tenants.model import TenantOrigin, TenantSettings

_TENANTS = "TENANT"
_KEY = "TENANT-KEY"
_ABSENT = Condition("attribute_not_exists(pk)")


class VersionConflict(Exception):
    """The tenant is no longer at the version that was to be replaced."""


class StoredKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key as it is kept. Times are UTC texts."""

    key_id: str
    digest: str
    created_at: str
    ends_at: str | None = None

    def is_live(self, now: datetime) -> bool:
        """Whether it lets its bearer in."""
        return self.ends_at is None or now < times.parse(self.ends_at, "ends_at")


class StoredTenant(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant as it is kept; every change counts its version up."""

    tenant_id: str
    created_at: str
    settings: TenantSettings = TenantSettings()
    keys: tuple[StoredKey, ...] = ()
    version: int = 1
    origin: TenantOrigin = TenantOrigin.OPERATOR


class Bearer(msgspec.Struct, frozen=True):
    """Whom a key speaks for, and until when."""

    tenant_id: str
    key: StoredKey


@dataclass(frozen=True, slots=True)
class TenantStore:
    """Tenants by id, and keys by digest; `client` is the low-level client of its transactions."""

    client: Any
    table: Table

    def create(self, tenant: StoredTenant) -> bool:
        """Write a new tenant; False when there is another one of its id.

        A retry after a lost response finds its own write, which counts as written.
        """
        try:
            self.table.put(_item(tenant), _ABSENT)
        except ConditionFailed as failed:
            return failed.existing is not None and _tenant(failed.existing) == tenant
        return True

    def get(self, tenant_id: str) -> StoredTenant | None:
        """The tenant as of the last acknowledged write."""
        item = self.table.get({"pk": _TENANTS, "sk": tenant_id})
        return None if item is None else _tenant(item)

    def page(self, limit: int, start: Item | None) -> tuple[list[StoredTenant], Item | None]:
        """At most `limit` tenants in the order of their ids, and where to go on."""
        partition = Condition("#k = :k", {"#k": "pk"}, {":k": _TENANTS})
        page = self.table.query_page(partition, limit=limit, start=start)
        return [_tenant(item) for item in page.items], page.last_key

    def replace(self, current: StoredTenant, changed: StoredTenant) -> None:
        """Write the next version of a tenant, and the keys that differ, all or nothing.

        Raises VersionConflict when another version is stored by now.
        """
        item = {**_item(changed), "version": current.version + 1}
        puts = [Put(self.table.name, item, _at_version(current))]
        puts += [
            Put(self.table.name, _key_item(changed.tenant_id, key))
            for key in changed.keys
            if key not in current.keys
        ]
        if transact(self.client, puts):
            raise VersionConflict

    def bearer(self, digest: str) -> Bearer | None:
        """Whom the key speaks for, as of the last acknowledged write."""
        item = self.table.get({"pk": join_key(_KEY, digest), "sk": _KEY})
        if item is None:
            return None
        return Bearer(item["tenant_id"], msgspec.convert(item, StoredKey))


def _at_version(tenant: StoredTenant) -> Condition:
    return Condition("version = :version", values={":version": tenant.version})


def _item(tenant: StoredTenant) -> Item:
    return {
        "pk": _TENANTS,
        "sk": tenant.tenant_id,
        "created_at": tenant.created_at,
        "settings": msgspec.to_builtins(tenant.settings),
        "keys": [msgspec.to_builtins(key) for key in tenant.keys],
        "version": tenant.version,
        "origin": str(tenant.origin),
    }


def _tenant(item: Item) -> StoredTenant:
    return msgspec.convert({**item, "tenant_id": item["sk"]}, StoredTenant)


def _key_item(tenant_id: str, key: StoredKey) -> Item:
    item: Item = {
        "pk": join_key(_KEY, key.digest),
        "sk": _KEY,
        "tenant_id": tenant_id,
        **msgspec.to_builtins(key),
    }
    if key.ends_at is not None:
        ends_at = times.parse(key.ends_at, "ends_at")
        item["expires_at"] = math.ceil(ends_at.timestamp())
    return item
