"""The records of one request as they are kept: each with its tenant, its id and its times; pure."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

from chalicelib import times
from chalicelib.errors import InvalidInput
from chalicelib.ids import require_tenant_id
from chalicelib.tenant_logs.intake.envelope import TS, mark_repaired
from chalicelib.tenant_logs.model import LogRecord, LogRejectCode, Refusal, Sent
from chalicelib.tenant_logs.tenants.model import TenantSettings

MAX_AHEAD = timedelta(minutes=5)  # clocks differ; what is further ahead would blind every tail

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_NO_TENANT = Refusal(
    LogRejectCode.NO_TENANT, "no tenant: send X-Tenant-ID, or tenant_id in the record"
)


class Envelopes:
    """Makes records of what was sent; `settings` are those of a tenant by its id."""

    def __init__(
        self, settings: Callable[[str], TenantSettings], received_at: datetime, request_id: str
    ) -> None:
        self._settings = settings
        self._received_at = received_at
        self._received = times.text(received_at)
        self._latest = times.text(received_at + MAX_AHEAD)
        self._id_prefix = f"{id_time(received_at)}-{request_id}-"
        self._expiries: dict[str, int | Refusal] = {}

    def of(
        self, sent: Sequence[Sent | Refusal], tenant_id: str | None
    ) -> list[LogRecord | Refusal]:
        """The records, by position; `tenant_id` is their sender's, unless each names its own."""
        return [
            record if isinstance(record, Refusal) else self._record(record, n, tenant_id)
            for n, record in enumerate(sent)
        ]

    def _record(self, sent: Sent, position: int, sender: str | None) -> LogRecord | Refusal:
        tenant_id = sender or sent.tenant_id
        if tenant_id is None:
            return _NO_TENANT
        expires_at = self._expires_at(tenant_id)
        if isinstance(expires_at, Refusal):
            return expires_at
        ts, attrs, repaired = sent.ts or self._received, sent.attrs, sent.repaired
        if ts > self._latest:
            ts, repaired = self._received, (*repaired, TS)
            attrs = {**attrs, sent.ts_field or TS: sent.ts_given}
        return LogRecord(
            tenant_id=tenant_id,
            log_id=sent.log_id or f"{self._id_prefix}{position:05}",
            ts=ts,
            received_at=self._received,
            expires_at=expires_at,
            text=sent.text,
            severity=sent.severity,
            attrs=mark_repaired(attrs, repaired) if repaired else attrs,
            source=sent.source,
            named=sent.log_id is not None,
        )

    def _expires_at(self, tenant_id: str) -> int | Refusal:
        """When records of a tenant expire, in epoch seconds."""
        known = self._expiries.get(tenant_id)
        if known is None:
            known = self._expiries[tenant_id] = self._read_expiry(tenant_id)
        return known

    def _read_expiry(self, tenant_id: str) -> int | Refusal:
        try:
            retention = timedelta(days=self._settings(require_tenant_id(tenant_id)).retention_days)
        except InvalidInput as error:
            return Refusal(LogRejectCode.NO_TENANT, str(error))
        return int((self._received_at + retention).timestamp())


def id_time(received_at: datetime) -> str:
    """How the ids of records begin whose sender gave none: so they sort by their arrival.

    The sort key of the table is `<ts>#<log_id>`: records of one `ts` are read in the order of
    their ids. An id goes on with the request's id, and the position with a fixed width.
    """
    return f"{(received_at - _EPOCH) // _MICROSECOND:014x}"
