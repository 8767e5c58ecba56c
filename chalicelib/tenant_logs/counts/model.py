"""The counts of records by time and severity, as items of `OmniState`; pure.

An item holds what one tenant's records of one hour that expire on the same day count to:
`pk`=`LOG-COUNTS#<tenant>`, `sk`=`<hour>#<day of expiry>`. So it lives as long as its records,
whatever their tenant's retention was. Its counters are named by the minute and the first letter of
the severity, such as `07E`; those of ten minutes by the first digit alone, `0E`, and those of the
hour `E`: a histogram of days reads these instead of 60 a severity. An item has some 3 KB at most.
"""

import functools
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from enum import IntEnum
from typing import Any, NamedTuple

from chalicelib.ids import join_key
from chalicelib.tenant_logs.model import LogSeverity

# How many of the item's records may have been counted twice.
MAYBE_TWICE = "maybe_twice"
# Later than any item of an hour: days of expiry begin with a digit.
LAST = "~"

_SEVERITIES = {severity[0]: severity for severity in LogSeverity}
_DAY_S = 24 * 3600
_LAST_DAY = date.max.toordinal() - date(1970, 1, 1).toordinal()


class Grain(IntEnum):
    """Which counters of an item: by how many digits of the minute they are named."""

    HOUR = 0
    TEN_MINUTES = 1
    MINUTE = 2

    @property
    def unit_s(self) -> int:
        """How long each of the counters counts for."""
        return (3600, 600, 60)[self]

    @property
    def names(self) -> list[str]:
        """The names of the counters."""
        return [
            f"{minute:02}"[:self] + letter
            for minute in range(0, 60, self.unit_s // 60)
            for letter in _SEVERITIES
        ]


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
    """A stored item: how many records by time, in epoch seconds, and severity.

    `is_exact` says that every record was counted once, and none of them has expired by now.
    """

    counts: Mapping[tuple[int, LogSeverity], int]
    is_exact: bool


def partition_key(tenant_id: str) -> str:
    """The partition of a tenant's counts."""
    return join_key("LOG-COUNTS", tenant_id)


def find_counter(record: Mapping[str, Any]) -> tuple[HourKey, str]:
    """The item, and in it the counter of the minute, of a record: of the item that stores it."""
    at, expires_on = record["sk"], _format_day(record["expires_at"] // _DAY_S)
    return HourKey(record["tenant_id"], at[:13], expires_on), at[14:16] + record["severity"][0]


def roll_up(minutes: Mapping[str, int]) -> Counter[str]:
    """The counters of minutes, and the others that they add to."""
    counts: Counter[str] = Counter()
    for name, count in minutes.items():
        for grain in Grain:
            counts[name[:grain] + name[-1]] += count
    return counts


def read_item(item: Mapping[str, Any], grain: Grain, now_s: float) -> HourCounts:
    """The counts of an item that has not expired."""
    hour, _, expires_on = str(item["sk"]).partition("#")
    begin_s = _to_epoch_s(f"{hour}:00:00")
    return HourCounts(
        dict(_list_counters(item, grain, begin_s)),
        is_exact=MAYBE_TWICE not in item and now_s < _to_epoch_s(expires_on),
    )


def _list_counters(
    item: Mapping[str, Any], grain: Grain, begin_s: int
) -> Iterator[tuple[tuple[int, LogSeverity], int]]:
    for name, count in item.items():
        digits, letter = name[:-1], name[-1:]
        if len(digits) == grain and letter in _SEVERITIES:
            yield (begin_s + int(digits or 0) * grain.unit_s, _SEVERITIES[letter]), int(count)


@functools.lru_cache(maxsize=64)  # the records of a batch expire on a few days
def _format_day(day: int) -> str:
    """A day since 1970; whatever expires later does so on the last day there is."""
    return date.fromordinal(date(1970, 1, 1).toordinal() + min(day, _LAST_DAY)).isoformat()


def _to_epoch_s(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
