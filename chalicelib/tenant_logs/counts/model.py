"""The counts of records by minute and severity, as items of `OmniState`; pure.

An item holds what one tenant's records of one hour that expire on the same day count to:
`pk`=`LOG-COUNTS#<tenant>`, `sk`=`<hour>#<day of expiry>`, and an attribute for each minute and
severity, such as `07E`. So it lives as long as its records, whatever their tenant's retention was.
At most 360 counters make an item of about 3 KB.
"""

import functools
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from chalicelib import times
from chalicelib.ids import join_key
from chalicelib.tenant_logs.model import Severity

# How many of the item's records may have been counted twice.
MAYBE_TWICE = "maybe_twice"
# Later than any item of the hour: days of expiry begin with a digit.
LAST = "~"

_SEVERITIES = {severity[0]: severity for severity in Severity}
_COUNTER_LENGTH = len("07E")
_DAY_S = 24 * 3600
_LAST_DAY = date.max.toordinal() - date(1970, 1, 1).toordinal()


class HourKey(NamedTuple):
    """Which item counts a record: `hour` as `2026-01-31T09`, `expires_on` as `2026-03-02`."""

    tenant_id: str
    hour: str
    expires_on: str

    @property
    def item_key(self) -> dict[str, str]:
        """The key of the item."""
        sk = join_key(self.hour, self.expires_on)
        return {"pk": partition_key(self.tenant_id), "sk": sk}

    @property
    def expires_at(self) -> int:
        """When all its records have expired, in epoch seconds: at the end of the day."""
        return _to_epoch_s(self.expires_on) + _DAY_S


class HourCounts(NamedTuple):
    """A stored item: how many records by minute, in epoch seconds, and severity.

    `is_exact` says that every record was counted once, and none of them has expired by now.
    """

    counts: Mapping[tuple[int, Severity], int]
    is_exact: bool


def partition_key(tenant_id: str) -> str:
    """The partition of a tenant's counts."""
    return join_key("LOG-COUNTS", tenant_id)


def find_counter(record: Mapping[str, Any]) -> tuple[HourKey, str]:
    """The item, and in it the counter, of a record, given as the item that stores it."""
    at, expires_on = record["sk"], _format_day(record["expires_at"] // _DAY_S)
    return HourKey(record["tenant_id"], at[:13], expires_on), at[14:16] + record["severity"][0]


def list_hours(since: datetime, until: datetime) -> tuple[str, str]:
    """The hours in which a range of time begins and ends."""
    return times.sortable_text(since)[:13], times.sortable_text(until)[:13]


def read_item(item: Mapping[str, Any], now_s: float) -> HourCounts:
    """The counts of an item that has not expired."""
    hour, _, expires_on = str(item["sk"]).partition("#")
    begin_s = _to_epoch_s(f"{hour}:00:00")
    return HourCounts(
        dict(_list_counters(item, begin_s)),
        is_exact=MAYBE_TWICE not in item and now_s < _to_epoch_s(expires_on),
    )


def _list_counters(
    item: Mapping[str, Any], begin_s: int
) -> Iterator[tuple[tuple[int, Severity], int]]:
    for name, count in item.items():
        if len(name) == _COUNTER_LENGTH and name[:2].isdigit():
            yield (begin_s + int(name[:2]) * 60, _SEVERITIES[name[2]]), int(count)


@functools.lru_cache(maxsize=64)  # the records of a batch expire on a few days
def _format_day(day: int) -> str:
    """A day since 1970; whatever expires later does so on the last day there is."""
    return date.fromordinal(date(1970, 1, 1).toordinal() + min(day, _LAST_DAY)).isoformat()


def _to_epoch_s(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
