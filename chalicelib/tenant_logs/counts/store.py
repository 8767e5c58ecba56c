"""The counts of records in `OmniState`: added by the writer, read by histograms."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from chalicelib import times
from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.tenant_logs.counts.model import (
    LAST,
    MAYBE_TWICE,
    Grain,
    HourCounts,
    HourKey,
    partition_key,
    read_item,
    roll_up,
)

# Counters of one update; all the minutes of an hour in four severities need two.
AT_ONCE = 250
# What happened before its time may not be in the counts: the local system writes it when it takes
# over the records of a version that did not count.
BEGIN_KEY = {"pk": "LOG-COUNTS", "sk": "BEGIN"}


class _Span(NamedTuple):
    """A range of time, in epoch seconds, and which counters to read of it."""

    since_s: int
    until_s: int
    grain: Grain


@dataclass(frozen=True, slots=True)
class CountStore:
    """Counts of every tenant; `table` is `OmniState`, `now` gives UTC."""

    table: Table
    _: KW_ONLY
    now: Callable[[], datetime]

    def add(self, hour: HourKey, minutes: Mapping[str, int], maybe_twice: int) -> None:
        """Add to the counters of minutes; `maybe_twice` of the records may be in them already.

        Raises Unavailable: then they may have been added or not.
        """
        counts = list(roll_up(minutes).items())
        is_retried = False
        for start in range(0, len(counts), AT_ONCE):
            some = dict(counts[start : start + AT_ONCE])
            is_retried |= self._add(hour, some, 0 if start else maybe_twice)
        if is_retried:
            self.mark(hour, sum(minutes.values()))

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

    def read(
        self, tenant_id: str, since_s: int, until_s: int, grain: Grain = Grain.MINUTE
    ) -> Iterator[HourCounts]:
        """The counts of a range that have not expired; its first and last hour by minutes.

        Raises Unavailable.
        """
        for span in _split(since_s, until_s, grain):
            yield from self._read(tenant_id, span)

    def _read(self, tenant_id: str, span: _Span) -> Iterator[HourCounts]:
        first, last = (_format_hour(at_s) for at_s in (span.since_s, span.until_s - 1))
        hours = Condition(
            "pk = :pk AND sk BETWEEN :first AND :last",
            values={":pk": partition_key(tenant_id), ":first": first, ":last": last + LAST},
        )
        now_s, start = self.now().timestamp(), None
        while True:
            page = self.table.query_page(hours, start=start, only=_choose(span.grain))
            for item in page.items:
                if item["expires_at"] > now_s:
                    yield read_item(item, span.grain, now_s)
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


def _split(since_s: int, until_s: int, grain: Grain) -> list[_Span]:
    """Whole hours between a begin and an end that are read by minutes, where there are some."""
    hour_s = Grain.HOUR.unit_s
    first_s, last_s = -(-since_s // hour_s) * hour_s, until_s // hour_s * hour_s
    if grain is Grain.MINUTE or first_s >= last_s:
        return [_Span(since_s, until_s, Grain.MINUTE)]
    spans = (
        _Span(since_s, first_s, Grain.MINUTE),
        _Span(first_s, last_s, grain),
        _Span(last_s, until_s, Grain.MINUTE),
    )
    return [span for span in spans if span.since_s < span.until_s]


def _choose(grain: Grain) -> Condition | None:
    """The attributes to read; None for all, of which minutes are the most."""
    if grain is Grain.MINUTE:
        return None
    attributes = ("sk", "expires_at", MAYBE_TWICE, *grain.names)
    names = {f"#{n}": name for n, name in enumerate(attributes)}
    return Condition(",".join(names), names)


def _format_hour(epoch_s: int) -> str:
    return times.sortable_text(datetime.fromtimestamp(epoch_s, UTC))[:13]
