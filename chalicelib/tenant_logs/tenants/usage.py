"""What tenants sent, day by day, in `OmniState`.

What was taken of a UTC day is the item of `limits`, `pk`=`USAGE#<tenant>` and `sk`=`YYYY-MM-DD`;
what was rejected is the one beside it, `sk`=`YYYY-MM-DD#rejected`, with a counter a reason.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, Table
from chalicelib.ids import join_key
from chalicelib.tenant_logs.tenants.model import MAX_USAGE_DAYS, TenantUsageDay

REJECTED = "rejected"

_KEY = frozenset({"pk", "sk", "expires_at"})
_LAST = "~"  # later than any item of a day


@dataclass(frozen=True, slots=True)
class UsageStore:
    """The usage of all tenants; `table` is `OmniState`, `now` gives UTC."""

    table: Table
    _: KW_ONLY
    now: Callable[[], datetime]

    def count_rejected(self, tenant_id: str, codes: Mapping[str, int]) -> None:
        """Count what was rejected today, by code.

        Raises Unavailable.
        """
        at = self.now()
        where = {**key(tenant_id, at), "sk": join_key(_day(at), REJECTED)}
        self.table.add_all(where, codes, {"expires_at": expires_at(at)})

    def read(self, tenant_id: str, days: int) -> list[TenantUsageDay]:
        """The last days with today, oldest first, also those without any usage.

        Raises Unavailable.
        """
        last = self.now()
        first = last - timedelta(days=days - 1)
        asked = Condition(
            "pk = :pk AND sk BETWEEN :first AND :last",
            values={
                ":pk": key(tenant_id, last)["pk"],
                ":first": _day(first),
                ":last": _day(last) + _LAST,
            },
        )
        page = self.table.query_page(asked)  # two small items a day: they are one page
        items = {str(item["sk"]): item for item in page.items}
        return [_to_day(_day(first + timedelta(days=n)), items) for n in range(days)]


def key(tenant_id: str, at: datetime) -> dict[str, str]:
    """The key of the item that counts what a tenant's day takes."""
    return {"pk": join_key("USAGE", tenant_id), "sk": _day(at)}


def expires_at(at: datetime) -> int:
    """When a day's items go by TTL, in epoch seconds: once nobody can ask for them any more."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return math.ceil((midnight + timedelta(days=MAX_USAGE_DAYS + 1)).timestamp())


def _day(at: datetime) -> str:
    return at.date().isoformat()


def _to_day(day: str, items: Mapping[str, Item]) -> TenantUsageDay:
    taken, rejected = items.get(day), items.get(join_key(day, REJECTED), {})
    return TenantUsageDay(
        day=day,
        records=0 if taken is None else int(taken["records"]),
        bytes=_count_bytes(taken),
        rejected={name: int(count) for name, count in rejected.items() if name not in _KEY},
    )


def _count_bytes(taken: Item | None) -> int | None:
    """None for a day on which bytes were not counted yet."""
    if taken is None:
        return 0
    return int(taken["bytes"]) if "bytes" in taken else None
