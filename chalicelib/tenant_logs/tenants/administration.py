"""Tenants and their keys, as operators manage them."""

import contextlib
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta

import msgspec

from chalicelib import observability, times
from chalicelib.errors import Conflict, NotFound, Unavailable
from chalicelib.ids import require_tenant_id
from chalicelib.tenant_logs.tenants import keys
from chalicelib.tenant_logs.tenants.model import (
    KEPT_ENDED_KEYS,
    MAX_LIVE_KEYS,
    NewTenant,
    NewTenantKey,
    Tenant,
    TenantKeyRotation,
    TenantList,
    TenantOrigin,
    TenantPage,
    TenantSettings,
    TenantUsage,
    UsageQuery,
)
from chalicelib.tenant_logs.tenants.store import (
    StoredKey,
    StoredTenant,
    TenantStore,
    VersionConflict,
)
from chalicelib.tenant_logs.tenants.view import TenantView
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors

ATTEMPTS = 5  # of a change that met another one

_LIST = "tenants"
_Change = Callable[[StoredTenant], StoredTenant]
_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class Tenants:
    """The use cases of operators.

    `new_secret` gives 32 random bytes as 43 characters of URL-safe base64.
    """

    store: TenantStore
    cursors: Cursors
    view: TenantView
    _: KW_ONLY
    now: Callable[[], datetime]
    new_secret: Callable[[], str]

    def create(self, new: NewTenant, call: Call) -> Tenant:
        """Create a tenant; it has no key yet.

        One that is known from open intake alone becomes the created one. Raises Conflict when
        there is any other of this id.
        """
        tenant = StoredTenant(
            tenant_id=require_tenant_id(new.tenant_id),
            created_at=times.text(self.now()),
            settings=new.settings,
        )
        if not self.store.create(tenant):
            self._adopt(tenant)
        _tell("a tenant was created", tenant.tenant_id, call)
        return self.view.show(tenant)

    def page(self, query: TenantList, call: Call) -> TenantPage:
        """A page of tenants.

        Raises InvalidInput for a foreign cursor.
        """
        by = call.principal
        start = self.cursors.open(query.cursor, owner=by.id, query=_LIST)
        tenants, last_key = self.store.page(query.limit, start)
        cursor = self.cursors.seal(last_key, owner=by.id, query=_LIST)
        return TenantPage(self.view.show_all(tenants), cursor)

    def get(self, tenant_id: str) -> Tenant:
        """One tenant.

        Raises NotFound.
        """
        return self.view.show(self._existing(tenant_id))

    def usage(self, tenant_id: str, query: UsageQuery) -> TenantUsage:
        """What a tenant sent, day by day.

        Raises NotFound.
        """
        return self.view.show_usage(self._existing(tenant_id), query.days)

    def change(self, tenant_id: str, settings: TenantSettings, call: Call) -> Tenant:
        """Replace a tenant's settings; what is left out gets its default.

        Raises NotFound.
        """
        changed = self._replace(
            tenant_id, lambda tenant: msgspec.structs.replace(tenant, settings=settings)
        )
        _tell("a tenant was changed", tenant_id, call)
        return self.view.show(changed)

    def add_key(self, tenant_id: str, call: Call) -> NewTenantKey:
        """Give a tenant one more key.

        Raises NotFound, and Conflict when it has as many live keys as it may.
        """
        key, new = self._mint()
        self._replace(tenant_id, lambda tenant: self._with(tenant, new, tenant.keys))
        _tell("a tenant's key was made", tenant_id, call, key_id=new.key_id)
        return _once(key, new)

    def rotate_key(
        self, tenant_id: str, key_id: str, rotation: TenantKeyRotation, call: Call
    ) -> NewTenantKey:
        """Give a tenant a new key in place of one that ends after the grace.

        Raises NotFound, and Conflict for a key that has an end already, or when both together
        would be more live keys than a tenant may have.
        """
        key, new = self._mint()
        ends_at = self.now() + timedelta(seconds=rotation.grace_s)

        def rotate(tenant: StoredTenant) -> StoredTenant:
            if new in tenant.keys:
                return tenant
            return self._with(tenant, new, _end_key(tenant, _lasting(tenant, key_id), ends_at))

        self._replace(tenant_id, rotate)
        _tell("a tenant's key was rotated", tenant_id, call, key_id=key_id, new_key_id=new.key_id)
        return _once(key, new)

    def revoke_key(self, tenant_id: str, key_id: str, call: Call) -> None:
        """End a key at once; one that ended is left as it is.

        Raises NotFound.
        """
        now = self.now()

        def revoke(tenant: StoredTenant) -> StoredTenant:
            old = _key(tenant, key_id)
            if not old.is_live(now):
                return tenant
            return msgspec.structs.replace(tenant, keys=_end_key(tenant, old, now))

        self._replace(tenant_id, revoke)
        _tell("a tenant's key was revoked", tenant_id, call, key_id=key_id)

    def _adopt(self, tenant: StoredTenant) -> None:
        current = self._existing(tenant.tenant_id)
        taken = Conflict(f"there is a tenant {tenant.tenant_id}")
        if current.origin is not TenantOrigin.OPEN_INTAKE:
            raise taken
        adopted = msgspec.structs.replace(tenant, keys=current.keys)
        try:
            self.store.replace(current, adopted)
        except VersionConflict as error:
            raise taken from error

    def _existing(self, tenant_id: str) -> StoredTenant:
        tenant = self.store.get(require_tenant_id(tenant_id))
        if tenant is None:
            raise NotFound("there is no such tenant")
        return tenant

    def _replace(self, tenant_id: str, change: _Change) -> StoredTenant:
        """Change a tenant as it is now, again when it changed meanwhile.

        A change has to leave alone what already is as it would make it.
        """
        for _ in range(ATTEMPTS):
            current = self._existing(tenant_id)
            changed = change(current)
            if changed == current:
                return current
            with contextlib.suppress(VersionConflict):
                self.store.replace(current, changed)
                return changed
        raise Unavailable("the tenant changes all the time; try again")

    def _mint(self) -> tuple[str, StoredKey]:
        key = keys.mint(self.new_secret())
        digest = keys.digest(key)
        created_at = times.text(self.now())
        return key, StoredKey(key_id=keys.key_id(digest), digest=digest, created_at=created_at)

    def _with(
        self, tenant: StoredTenant, new: StoredKey, others: tuple[StoredKey, ...]
    ) -> StoredTenant:
        """The tenant with one more key; the oldest of many ended ones are forgotten."""
        if new in tenant.keys:
            return tenant
        now = self.now()
        live = [key for key in others if key.is_live(now)]
        if len(live) >= MAX_LIVE_KEYS:
            raise Conflict(f"a tenant has at most {MAX_LIVE_KEYS} live keys; revoke one")
        ended = [key for key in others if not key.is_live(now)]
        return msgspec.structs.replace(tenant, keys=(*ended[-KEPT_ENDED_KEYS:], *live, new))


def _key(tenant: StoredTenant, key_id: str) -> StoredKey:
    found = next((key for key in tenant.keys if key.key_id == key_id), None)
    if found is None:
        raise NotFound("the tenant has no such key")
    return found


def _lasting(tenant: StoredTenant, key_id: str) -> StoredKey:
    key = _key(tenant, key_id)
    if key.ends_at is not None:
        raise Conflict("the key was rotated or revoked before")
    return key


def _end_key(tenant: StoredTenant, key: StoredKey, at: datetime) -> tuple[StoredKey, ...]:
    ended = msgspec.structs.replace(key, ends_at=times.text(at))
    return tuple(ended if other == key else other for other in tenant.keys)


def _once(key: str, new: StoredKey) -> NewTenantKey:
    return NewTenantKey(key_id=new.key_id, key=key, created_at=new.created_at)


def _tell(message: str, tenant_id: str, call: Call, **fields: str) -> None:
    """Who changed what, for those who ask later."""
    _log.info(message, extra={"tenant_id": tenant_id, "by": call.principal.id, **fields})
