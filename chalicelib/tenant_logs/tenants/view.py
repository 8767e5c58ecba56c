"""Tenants as operators see them: with when their keys were used, and with what they sent."""

from collections.abc import Sequence
from dataclasses import dataclass

from chalicelib.tenant_logs.tenants.key_uses import KeyUses, LastUses
from chalicelib.tenant_logs.tenants.model import Tenant, TenantKey, TenantUsage
from chalicelib.tenant_logs.tenants.store import StoredTenant
from chalicelib.tenant_logs.tenants.usage import UsageStore


@dataclass(frozen=True, slots=True)
class TenantView:
    """What is known of tenants beside what is set for them."""

    key_uses: KeyUses
    usage: UsageStore

    def show(self, tenant: StoredTenant) -> Tenant:
        """One tenant."""
        return self.show_all([tenant])[0]

    def show_all(self, tenants: Sequence[StoredTenant]) -> list[Tenant]:
        """Tenants in the order of their ids.

        Raises Unavailable.
        """
        uses: LastUses = {}
        if any(tenant.keys for tenant in tenants):
            uses = self.key_uses.find(tenants[0].tenant_id, tenants[-1].tenant_id)
        return [_to_tenant(tenant, uses) for tenant in tenants]

    def show_usage(self, tenant: StoredTenant, days: int) -> TenantUsage:
        """What a tenant sent in the last days.

        Raises Unavailable.
        """
        return TenantUsage(
            tenant_id=tenant.tenant_id,
            records_per_day=tenant.settings.records_per_day,
            days=self.usage.read(tenant.tenant_id, days),
        )


def _to_tenant(tenant: StoredTenant, uses: LastUses) -> Tenant:
    return Tenant(
        tenant_id=tenant.tenant_id,
        created_at=tenant.created_at,
        origin=tenant.origin,
        settings=tenant.settings,
        keys=[
            TenantKey(
                key_id=key.key_id,
                created_at=key.created_at,
                ends_at=key.ends_at,
                last_used_at=uses.get((tenant.tenant_id, key.key_id)),
            )
            for key in tenant.keys
        ],
    )
