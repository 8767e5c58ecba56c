"""The counts of records in `OmniState`: added by the writer, read by histograms."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib import times
from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.tenant_logs.counts.model import (
    LAST,
    MAYBE_TWICE,
    HourCounts,
    HourKey,
    list_hours,
    partition_key,
    read_item,
)

# What happened before its time may not be in the counts: the local system writes it when it takes
# over the records of a version that did not count.
BEGIN_KEY = {"pk": "LOG-COUNTS", "sk": "BEGIN"}


@dataclass(frozen=True, slots=True)
class CountStore:
    """Counts of every tenant; `table` is `OmniState`, `now` gives UTC."""

    table: Table
    _: KW_ONLY
    now: Callable[[], datetime]

    def add(self, hour: HourKey, counts: Mapping[str, int], maybe_twice: int) -> None:
        """Add to the counters of an hour; `maybe_twice` of the records may be in them already.

        Raises Unavailable: then they may have been added or not.
        """
        if self._add(hour, counts, maybe_twice):
            self._add(hour, {}, sum(counts.values()))

    def mark(self, hour: HourKey, maybe_twice: int) -> None:
        """Say that so many of the records that were added may be counted twice.

        Raises Unavailable.
        """
        self._add(hour, {}, maybe_twice)

    def _add(self, hour: HourKey, counts: Mapping[str, int], maybe_twice: int) -> bool:
        """Whether a retry may have added twice."""
        marks = {MAYBE_TWICE: maybe_twice} if maybe_twice else {}
        lasting = {"expires_at": hour.expires_at}
        return self.table.add_all(hour.item_key, {**counts, **marks}, lasting)

    def read(self, tenant_id: str, since: datetime, until: datetime) -> Iterator[HourCounts]:
        """The counts of every hour of a range that have not expired.

        Raises Unavailable.
        """
        first, last = list_hours(since, until)
        hours = Condition(
            "pk = :pk AND sk BETWEEN :first AND :last",
            values={":pk": partition_key(tenant_id), ":first": first, ":last": last + LAST},
        )
        now_s, start = self.now().timestamp(), None
        while True:
            page = self.table.query_page(hours, start=start)
            for item in page.items:
                if item["expires_at"] > now_s:
                    yield read_item(item, now_s)
            start = page.last_key
            if start is None:
                return

    def begin(self, at: datetime) -> None:
        """Say since when what happens is counted, unless that is said already.

        Raises Unavailable.
        """
        item: Item = {**BEGIN_KEY, "at": times.sortable_text(at)}
        with suppress(ConditionFailed):
            self.table.put(item, Condition("attribute_not_exists(pk)"))

    def get_begin(self) -> datetime | None:
        """Since when what happens is counted; None for always.

        Raises Unavailable.
        """
        found = self.table.get(BEGIN_KEY)
        return None if found is None else times.parse(found["at"], "at")
