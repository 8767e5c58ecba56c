"""Who may send logs, and how much: decided for each request."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from chalicelib import observability, times
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.errors import Forbidden, Unauthenticated
from chalicelib.ids import require_tenant_id
from chalicelib.tenant_logs.recent import Recent
from chalicelib.tenant_logs.tenants import keys
from chalicelib.tenant_logs.tenants.key_uses import KeyUses
from chalicelib.tenant_logs.tenants.limits import TenantLimits
from chalicelib.tenant_logs.tenants.model import TenantOrigin, TenantSettings
from chalicelib.tenant_logs.tenants.store import Bearer, StoredKey, StoredTenant, TenantStore
from chalicelib.web.principal import Sender

MAX_NEW_TENANTS = 1000  # that one process lists: with open intake senders make them up
KNOWN_S = 1.0  # a new tenant, a change and the end of a key count within that time

_log = observability.logger(__name__)
_NO_KEY = "send a tenant's key as Authorization: Bearer <key>"


class _Seen(NamedTuple):
    """A tenant as it was at a time of the monotonic clock; None where there was none."""

    tenant: StoredTenant | None
    at_s: float


class Admission:
    """Decides for each request of a sender. `clock` gives monotonic seconds, `now` gives UTC."""

    def __init__(  # noqa: PLR0913 its clocks are a test's to set
        self,
        store: TenantStore,
        limits: TenantLimits,
        key_uses: KeyUses,
        *,
        open_intake: bool,
        now: Callable[[], datetime],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._limits = limits
        self._key_uses = key_uses
        self._open_intake = open_intake
        self._now = now
        self._clock = clock
        self._seen: Recent[_Seen] = Recent()
        self._listed = 0

    def bearer(self, authorization: str | None) -> Bearer | None:
        """Whom the key in the header `Authorization` speaks for; None without a live one."""
        digest = keys.digest_from_header(authorization)
        found = None if digest is None else self._store.bearer(digest)
        return found if found is not None and found.key.is_live(self._now()) else None

    def tenant(self, sender: Sender) -> str | None:
        """The tenant that a sender speaks for; None where open intake leaves it to each record.

        Raises Unauthenticated for a key that is none or ended, also with open intake, Forbidden
        when `X-Tenant-ID` is another than the key's, and InvalidInput for a malformed one.
        """
        tenant_id = self._by_key(sender)
        if tenant_id is None:
            return None if sender.named is None else require_tenant_id(sender.named, "X-Tenant-ID")
        if sender.named not in (None, tenant_id):
            raise Forbidden("X-Tenant-ID names another tenant than the key's")
        return tenant_id

    def settings(self, tenant_id: str) -> TenantSettings:
        """What holds for a tenant, at most a second old; a tenant never created has defaults."""
        tenant = self._tenant(tenant_id)
        return TenantSettings() if tenant is None else tenant.settings

    def take(self, tenant_id: str, records: int, size_bytes: int) -> None:
        """Count a request of `records` records against the tenant's rate and quota.

        Raises TooManyRequests; Unavailable when it cannot be counted.
        """
        self._limits.take(tenant_id, records, self.settings(tenant_id), size_bytes)
        if self._open_intake and self._tenant(tenant_id) is None:
            self._list(tenant_id)

    def give_back(self, tenant_id: str, records: int, size_bytes: int) -> None:
        """Uncount records that the queue did not take; never fails."""
        self._limits.give_back(tenant_id, records, size_bytes)

    def _list(self, tenant_id: str) -> None:
        """Store a tenant that nobody created, for operators to find; never fails."""
        if self._listed >= MAX_NEW_TENANTS:
            return
        self._listed += 1
        now = times.text(self._now())
        tenant = StoredTenant(tenant_id=tenant_id, created_at=now, origin=TenantOrigin.OPEN_INTAKE)
        try:
            self._store.create(tenant)
        except AWS_ERRORS as error:
            _log.warning("a tenant was not listed", extra={"cause": reason(error)})
            return
        self._read(tenant_id)

    def _by_key(self, sender: Sender) -> str | None:
        if sender.tenant is not None:
            self._key_uses.note(
                sender.tenant, self._require_live(sender.tenant, sender.key_id).key_id
            )
            return sender.tenant
        if self._open_intake and sender.authorization is None:
            return None
        bearer = self.bearer(sender.authorization)
        if bearer is None:
            raise Unauthenticated(_NO_KEY)
        self._key_uses.note(bearer.tenant_id, bearer.key.key_id)
        return bearer.tenant_id

    def _require_live(self, tenant_id: str, key_id: str | None) -> StoredKey:
        """API Gateway remembers for a minute whom it let in: a key that ended since is refused.

        A key that is newer than what is remembered of its tenant here is looked up: senders drop
        what was refused so.
        """
        key = _key(self._tenant(tenant_id), key_id) or _key(self._read(tenant_id), key_id)
        if key is None or not key.is_live(self._now()):
            raise Unauthenticated(_NO_KEY)
        return key

    def _tenant(self, tenant_id: str) -> StoredTenant | None:
        seen = self._seen.get(tenant_id)
        if seen is None or self._clock() - seen.at_s >= KNOWN_S:
            return self._read(tenant_id)
        return seen.tenant

    def _read(self, tenant_id: str) -> StoredTenant | None:
        seen = _Seen(at_s=self._clock(), tenant=self._store.get(tenant_id))
        self._seen.put(tenant_id, seen)
        return seen.tenant


def _key(tenant: StoredTenant | None, key_id: str | None) -> StoredKey | None:
    held = () if tenant is None else tenant.keys
    return next((key for key in held if key.key_id == key_id), None)
