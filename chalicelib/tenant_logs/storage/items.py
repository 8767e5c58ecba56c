"""Log records as items of their table: partition key `tenant_id`, sort key `<ts>#<log_id>`.

The time in the sort key has a fixed width, so that a tenant's items lie in the order of time.
The index `by-arrival` sorts them by `arrival`, `<time of the write>#<position>`, instead: no time
that a sender gives is in it. Every attribute is always there: filters need not ask for missing
ones.
"""

from collections.abc import Sequence
from datetime import datetime

from chalicelib import times
from chalicelib.aws.attributes import Item
from chalicelib.tenant_logs.model import LogRecord


def sort_key(ts: str, log_id: str) -> str:
    """The sort key of a record that happened at `ts`."""
    return f"{times.sortable_text(times.parse(ts, 'ts'))}#{log_id}"


def item(record: LogRecord) -> Item:
    """The item of a record."""
    return {
        "tenant_id": record.tenant_id,
        "sk": sort_key(record.ts, record.log_id),
        "log_id": record.log_id,
        "ts": record.ts,
        "received_at": record.received_at,
        "severity": str(record.severity),
        "text": record.text,
        "attrs": record.attrs,
        "source": record.source,
        "expires_at": record.expires_at,
    }


def add_arrival(items: Sequence[Item], at: datetime) -> list[Item]:
    """Items that one call writes at that time, in the same order."""
    stored_at = times.sortable_text(at)
    return [
        {**item, "arrival": f"{stored_at}#{position:05}"} for position, item in enumerate(items)
    ]
