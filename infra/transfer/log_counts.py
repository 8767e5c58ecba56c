"""The counts of log records by time, made anew from the records of each hour that was imported."""

from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.errors import Unavailable
from chalicelib.tenant_logs.counts.model import LAST, HourKey, find_counter, roll_up
from chalicelib.tenant_logs.model import LogSeverity
from infra.transfer.typed import Item, text_of

_HOURS = 10_000  # that are remembered at once
_ATTEMPTS = 5
_HOUR_LENGTH = len("2026-01-31T09")


class _Hour(NamedTuple):
    tenant_id: str
    hour: str


@dataclass(frozen=True)
class LogCounts:
    """Counts hours after their records are written; `state` and `logs` are the tables.

    An hour is counted whole, so that counting it again changes nothing. Of an hour in which records
    arrive meanwhile, those under way may be left out.
    """

    state: Table
    logs: Table
    _hours: OrderedDict[_Hour, None] = field(default_factory=OrderedDict)

    def note(self, record: Item) -> None:
        """Note that a record was written; what lies long behind is counted now."""
        hour = _Hour(text_of(record, "tenant_id"), text_of(record, "sk")[:_HOUR_LENGTH])
        self._hours[hour] = None
        self._hours.move_to_end(hour)
        if len(self._hours) > _HOURS:
            self._count(self._hours.popitem(last=False)[0])

    def finish(self) -> None:
        """Count all hours that are left.

        Raises Unavailable.
        """
        while self._hours:
            self._count(next(iter(self._hours)))
            self._hours.popitem(last=False)

    def _count(self, hour: _Hour) -> None:
        """Write the counts of an hour, unless they changed meanwhile: then count again."""
        for _ in range(_ATTEMPTS):
            before = {item["sk"]: item for item in self._read_counts(hour)}
            counts = self._count_records(hour)
            try:
                for key, minutes in counts.items():
                    self._put(key, minutes, before.get(key.item_key["sk"]))
            except ConditionFailed:
                continue
            return
        raise Unavailable(f"the logs of {hour.tenant_id} change too fast to be counted; try again")

    def _read_counts(self, hour: _Hour) -> list[dict[str, Any]]:
        partition = HourKey(hour.tenant_id, hour.hour, "0000-01-01").item_key["pk"]
        return _read_all(self.state, ("pk", "sk"), partition, hour.hour)

    def _count_records(self, hour: _Hour) -> dict[HourKey, Counter[str]]:
        counts: dict[HourKey, Counter[str]] = {}
        for record in _read_all(self.logs, ("tenant_id", "sk"), hour.tenant_id, hour.hour):
            if {"expires_at", "severity"} <= record.keys():  # one of another program may lack them
                key, counter = find_counter(record)
                counts.setdefault(key, Counter())[counter] += 1
        return counts

    def _put(self, key: HourKey, minutes: Counter[str], before: dict[str, Any] | None) -> None:
        item = {**key.item_key, **roll_up(minutes), "expires_at": key.expires_at}
        if item != before:
            self.state.put(item, _unchanged(before))


def _unchanged(before: dict[str, Any] | None) -> Condition:
    """That an item is still as it was read; a counter that was added says otherwise."""
    if before is None:
        return Condition("attribute_not_exists(pk)")
    # The hour's own counters change with every record of it.
    names = [name for name in before if len(name) == 1]
    absent = [severity[0] for severity in LogSeverity if severity[0] not in names]
    known = {f"#{n}": name for n, name in enumerate([*names, *absent])}
    values = {f":{n}": before[name] for n, name in enumerate(names)}
    same = [f"#{n} = :{n}" for n in range(len(names))]
    none = [f"attribute_not_exists(#{n})" for n in range(len(names), len(known))]
    return Condition(" AND ".join([*same, *none]), known, values)


def _read_all(
    table: Table, key: tuple[str, str], partition: str, begins: str
) -> list[dict[str, Any]]:
    span = Condition(
        "#p = :p AND #s BETWEEN :since AND :until",
        {"#p": key[0], "#s": key[1]},
        {":p": partition, ":since": begins, ":until": begins + LAST},
    )
    items: list[dict[str, Any]] = []
    start = None
    while True:
        page = table.query_page(span, start=start, consistent=True)
        items += page.items
        start = page.last_key
        if start is None:
            return items
