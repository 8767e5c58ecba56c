"""The demo user's tenant, known to operators before its first log."""

from typing import Any

from chalicelib import times
from chalicelib.aws.table import Table
from chalicelib.tenant_logs.tenants.model import TenantOrigin
from chalicelib.tenant_logs.tenants.store import StoredTenant, TenantStore
from infra.local.provision.sign_in import DEMO_TENANT


def ensure_demo_tenant(client: Any, table_name: str) -> None:
    """Store the tenant as open intake would, unless it is stored."""
    store = TenantStore(client, Table(client, table_name))
    store.create(
        StoredTenant(
            tenant_id=DEMO_TENANT,
            created_at=times.text(times.now()),
            origin=TenantOrigin.OPEN_INTAKE,
        )
    )
