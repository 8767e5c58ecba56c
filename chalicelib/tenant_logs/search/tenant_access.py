"""Whose logs a caller may read: the claim's tenant; for operators any, which is audited."""

from dataclasses import dataclass

from chalicelib.errors import Forbidden
from chalicelib.ids import is_tenant_id, require_tenant_id
from chalicelib.tenant_logs.search.audit import Audit
from chalicelib.tenant_logs.search.queries import LogFilters
from chalicelib.web.call import Call


@dataclass(frozen=True, slots=True)
class TenantAccess:
    """Decides whose logs are read, and keeps a record of operators who read a tenant's."""

    records: Audit

    def open(self, query: LogFilters, call: Call) -> str:
        """The tenant whose logs are read, after an operator's reading was recorded.

        Raises what `tenant` and `audit` raise.
        """
        tenant_id = self.tenant(query, call)
        self.audit(tenant_id, query, call)
        return tenant_id

    def tenant(self, query: LogFilters, call: Call) -> str:
        """The tenant whose logs are asked for, by the query, the header `X-Tenant-ID` or the claim.

        Raises Forbidden for someone without a tenant, and for another one than the claim's
        unless an operator calls; InvalidInput where query and header differ, or are malformed.
        """
        own, named = call.principal.tenant, call.named_tenant
        if query.tenant_id is not None:
            if named not in (None, query.tenant_id):
                raise Forbidden("X-Tenant-ID and tenant_id name two tenants")
            named = query.tenant_id
        if named is not None and named != own:
            if not call.principal.is_operator:
                raise Forbidden("only operators may read another tenant's logs")
            return require_tenant_id(named)
        if own is None and call.principal.is_operator:
            raise Forbidden("your account belongs to no tenant: name one by tenant_id")
        own = call.principal.require_tenant()
        if not is_tenant_id(own):
            raise Forbidden("your account's tenant is malformed")
        return own

    def audit(self, tenant_id: str, query: LogFilters, call: Call) -> None:
        """Record that an operator reads another tenant's logs; the further pages belong to it.

        Raises Unavailable: what is not recorded is not read.
        """
        if tenant_id != call.principal.tenant:
            self.records.add(tenant_id, query, call)
