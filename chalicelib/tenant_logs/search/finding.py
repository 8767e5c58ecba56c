"""One log record of a tenant by its `log_id`, which is only the end of its sort key.

A `log_id` that the sender gave has a marker, which names the record. One that was derived begins
with the time at which the record was received, so the record arrived soon after that.
"""

import re
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from chalicelib import times
from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, Table
from chalicelib.errors import Unavailable
from chalicelib.ids import join_key
from chalicelib.tenant_logs.search.log_reader import INDEX
from chalicelib.tenant_logs.search.queries import LogEntry
from chalicelib.tenant_logs.storage.items import sort_key
from chalicelib.tenant_logs.storage.markers import MARKER, PARTITION

ARRIVES_WITHIN = timedelta(minutes=10)  # of its receipt, unless the queue is far behind
PAGES = 2  # of arrivals that are read, a thousand each
PAGE = 1000

_DERIVED = re.compile(r"(?P<received>[0-9a-f]{14})-.+-[0-9]{5}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LogFinder:
    """Finds records; `state` is `OmniState`, `table_for` the logs as one tenant may see them."""

    state: Table
    table_for: Callable[[str], Table]
    _: KW_ONLY
    now: Callable[[], datetime]

    def find(self, tenant_id: str, log_id: str) -> LogEntry | None:
        """The record, None where the tenant has none of that id.

        Raises Unavailable, also where more arrived at its time than is read.
        """
        item = self._find_marked(tenant_id, log_id) or self._find_derived(tenant_id, log_id)
        if item is None or item["expires_at"] <= self.now().timestamp():
            return None
        return msgspec.convert(item, LogEntry)

    def _find_marked(self, tenant_id: str, log_id: str) -> Item | None:
        marker = self.state.get({"pk": join_key(PARTITION, tenant_id, log_id), "sk": MARKER})
        if marker is None:
            return None
        return self.table_for(tenant_id).get({"tenant_id": tenant_id, "sk": marker["record"]})

    def _find_derived(self, tenant_id: str, log_id: str) -> Item | None:
        derived = _DERIVED.fullmatch(log_id)
        if derived is None:
            return None
        received_at = _EPOCH + timedelta(microseconds=int(derived["received"], 16))
        # A record without a time of its own happened when it was received.
        key = {"tenant_id": tenant_id, "sk": sort_key(times.text(received_at), log_id)}
        return self.table_for(tenant_id).get(key) or self._scan_arrivals(
            tenant_id, log_id, received_at
        )

    def _scan_arrivals(self, tenant_id: str, log_id: str, received_at: datetime) -> Item | None:
        soon = Condition(
            "tenant_id = :tenant AND arrival BETWEEN :since AND :until",
            values={
                ":tenant": tenant_id,
                ":since": times.sortable_text(received_at),
                ":until": times.sortable_text(received_at + ARRIVES_WITHIN),
            },
        )
        named = Condition("log_id = :log_id", values={":log_id": log_id})
        table, start = self.table_for(tenant_id), None
        for _ in range(PAGES):
            page = table.query_page(soon, limit=PAGE, start=start, index=INDEX, matching=named)
            if page.items:
                return page.items[0]
            if page.last_key is None:
                return None
            start = page.last_key
        raise Unavailable("more records arrived at its time than are looked at")
