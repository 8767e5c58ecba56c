"""How much came to each workload by the minute: one item an hour in `OmniState`.

`pk` is `ACTIVITY#<workload>` for everybody's, `ACTIVITY#<workload>#<owner>` for one person's; `sk`
is the hour, such as `2026-11-28T14`, and `m00` to `m59` are its minutes. So an hour is at most
1 KB, and a week is read by one query, whatever came in it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, Table
from chalicelib.ids import is_id, join_key

KEPT = timedelta(days=8)
_HOUR = "%Y-%m-%dT%H"


class Workload(StrEnum):
    """What is counted: records added, orders and log records accepted, messages made."""

    RECORDS = "records"
    ORDERS = "orders"
    LOGS = "logs"
    MESSAGES = "messages"


class Series(NamedTuple):
    """What is counted, and whose: a person's, or None for everybody's."""

    workload: Workload
    owner: str | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """The counts by the minute; `table` is `OmniState`."""

    table: Table

    def add(self, series: Series, minute: datetime, amount: int) -> None:
        """Add to a minute.

        Raises Unavailable; whether it was added is not known then.
        """
        hour = minute.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        change = Condition(
            "SET expires_at = :expires_at ADD #minute :amount",
            {"#minute": f"m{minute.minute:02}"},
            {":expires_at": int((hour + KEPT).timestamp()), ":amount": amount},
        )
        self.table.update({"pk": _partition(series), "sk": hour.strftime(_HOUR)}, change)

    def read(self, series: Series, since: datetime, until: datetime) -> dict[datetime, int]:
        """The counts of each minute in [since, until) that has any.

        At most a week is asked for: its items are one page of a query. Raises Unavailable.
        """
        if series.owner is not None and not is_id(series.owner):
            return {}  # nothing is counted for whoever cannot be a key
        hours = Condition(
            "pk = :pk AND sk BETWEEN :since AND :until",
            values={
                ":pk": _partition(series),
                ":since": since.astimezone(UTC).strftime(_HOUR),
                ":until": until.astimezone(UTC).strftime(_HOUR),
            },
        )
        counts: dict[datetime, int] = {}
        for item in self.table.query_page(hours).items:
            counts |= _minutes(item)
        return {minute: n for minute, n in counts.items() if since <= minute < until}


def _minutes(item: Item) -> dict[datetime, int]:
    hour = datetime.strptime(item["sk"], _HOUR).replace(tzinfo=UTC)
    return {
        hour.replace(minute=int(name[1:])): int(amount)
        for name, amount in item.items()
        if name[0] == "m"
    }


def _partition(series: Series) -> str:
    owner = [] if series.owner is None else [series.owner]
    return join_key("ACTIVITY", series.workload, *owner)
