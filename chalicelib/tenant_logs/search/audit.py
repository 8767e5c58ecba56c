"""Which operators read which tenant's logs: in `OmniState`, `pk`=`AUDIT`, `sk`=`<time>#<request>`.

Kept for 400 days.
"""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from chalicelib import observability, times
from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, Table
from chalicelib.tenant_logs.search.queries import AuditList, AuditPage, AuditRecord, LogFilters
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors

KEPT = timedelta(days=400)

_AUDIT = "AUDIT"
_EARLIEST, _LATEST = "0", "9999-12-31T23:59:59.999999Z"
_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class Audit:
    """Keeps and lists the audit records; `table` is `OmniState`, `now` gives UTC."""

    table: Table
    cursors: Cursors
    _: KW_ONLY
    now: Callable[[], datetime]

    def add(self, tenant_id: str, query: LogFilters, call: Call) -> None:
        """Store and log that an operator reads a tenant's logs.

        Raises Unavailable.
        """
        now, by = self.now(), call.principal
        record = AuditRecord(
            at=times.sortable_text(now),
            operator_id=by.id,
            operator_email=by.email,
            tenant_id=tenant_id,
            query={
                name: value
                for name, value in msgspec.to_builtins(query).items()
                if value not in (None, {}) and name not in ("tenant_id", "cursor")
            },
            request_id=call.request_id,
        )
        self.table.put(
            {
                "pk": _AUDIT,
                "sk": f"{record.at}#{call.request_id}",
                "expires_at": int((now + KEPT).timestamp()),
                **msgspec.to_builtins(record),
            }
        )
        fields = {"tenant_id": tenant_id, "by": by.id}
        _log.info("an operator read a tenant's logs", extra=fields)

    def page(self, query: AuditList, call: Call) -> AuditPage:
        """A page of audit records.

        Raises InvalidInput for bad times or a foreign cursor.
        """
        owner, same = call.principal.id, f"audit {query.tenant_id} {query.since} {query.until}"
        position = self.cursors.open(query.cursor, owner=owner, query=same) or self._begin(query)
        page = self.table.query_page(
            Condition(
                "pk = :audit AND sk BETWEEN :since AND :until",
                values={":audit": _AUDIT, ":since": position["since"], ":until": position["until"]},
            ),
            limit=query.limit,
            start=position.get("after"),
            matching=_of_tenant(query.tenant_id),
            forward=False,
        )
        after = None if page.last_key is None else {**position, "after": page.last_key}
        return AuditPage(
            [_record(item) for item in page.items],
            self.cursors.seal(after, owner=owner, query=same),
        )

    def _begin(self, query: AuditList) -> dict[str, Any]:
        """The first page's times hold for all."""
        since, until = times.parse_range(query.since, query.until, self.now())
        return {"since": since or _EARLIEST, "until": until or _LATEST}


def _of_tenant(tenant_id: str | None) -> Condition | None:
    if tenant_id is None:
        return None
    return Condition("tenant_id = :tenant", values={":tenant": tenant_id})


def _record(item: Item) -> AuditRecord:
    return msgspec.convert(item, AuditRecord)
