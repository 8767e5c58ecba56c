"""Stored records of one tenant's partition, read in parts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, Table
from chalicelib.ids import require_id
from chalicelib.tenant_logs.search import matching
from chalicelib.tenant_logs.search.place import Key
from chalicelib.tenant_logs.search.queries import LogEntry, LogFilters, LogQuery, LogReadOrder

INDEX = "by-arrival"

_SORT_KEYS = {LogReadOrder.NEWEST: "sk", LogReadOrder.OLDEST: "sk", LogReadOrder.ARRIVAL: "arrival"}


class Wanted(NamedTuple):
    """Which records: times are of fixed width, `now_s` in epoch seconds.

    `since` and `until` are times of `ts`, in the order of arrival those of arrival. What expired
    by `now_s` is left out: DynamoDB deletes it late, up to days.
    """

    tenant_id: str
    since: str | None
    until: str | None
    filters: LogFilters
    order: LogReadOrder
    now_s: int

    @property
    def is_filtered(self) -> bool:
        """Whether many records may be read for few that are wanted."""
        return self.filters.severity is not None or self.filters.needs_records

    @classmethod
    def of(
        cls, filters: LogFilters, tenant_id: str, position: Mapping[str, str], now: datetime
    ) -> "Wanted":
        """What filters let through between the times of `position`, the newest first.

        Raises InvalidInput.
        """
        if filters.log_id is not None:
            require_id(filters.log_id, "log_id")
        return cls(
            tenant_id=tenant_id,
            since=position.get("since"),
            until=position.get("until"),
            filters=filters,
            order=filters.order if isinstance(filters, LogQuery) else LogReadOrder.NEWEST,
            now_s=int(now.timestamp()),
        )


class Part(NamedTuple):
    """Records with their keys, and the key to go on after, None at the end; `scanned` were read."""

    entries: list[tuple[Key, LogEntry]]
    last_key: Key | None
    scanned: int


@dataclass(frozen=True, slots=True)
class LogReader:
    """Reads logs; `table_for` gives the table as one tenant's session may see it."""

    table_for: Callable[[str], Table]

    def part(self, wanted: Wanted, *, at_most: int, after: Key | None) -> Part:
        """What is wanted of the next `at_most` items (or 1 MB of them) after a key."""
        items, last_key, scanned = self.table_for(wanted.tenant_id).query_page(
            _range(wanted),
            limit=at_most,
            start=None if after is None else {"tenant_id": wanted.tenant_id, **after},
            index=INDEX if wanted.order == LogReadOrder.ARRIVAL else None,
            matching=_filter(wanted),
            forward=wanted.order != LogReadOrder.NEWEST,
        )
        is_matching = matching.build(wanted.filters)
        entries = [(_key(item, wanted.order), _entry(item)) for item in items if is_matching(item)]
        following = None if last_key is None else _key(last_key, wanted.order)
        return Part(entries, following, scanned)


def _key(item: Item, order: LogReadOrder) -> Key:
    """The key of an item in the table or the index, but for the tenant."""
    names = ("sk", "arrival") if order == LogReadOrder.ARRIVAL else ("sk",)
    return {name: str(item[name]) for name in names}


def _range(wanted: Wanted) -> Condition:
    """`since` <= time < `until`: a sort key is longer than its time, and so comes after it."""
    values = {":tenant": wanted.tenant_id, ":since": wanted.since, ":until": wanted.until}
    key = _SORT_KEYS[wanted.order]
    match wanted.since, wanted.until:
        case None, None:
            of_time = ""
        case _, None:
            of_time = f" AND {key} >= :since"
        case None, _:
            of_time = f" AND {key} < :until"
        case _:
            of_time = f" AND {key} BETWEEN :since AND :until"
    given = {name: value for name, value in values.items() if value is not None}
    return Condition(f"tenant_id = :tenant{of_time}", values=given)


def _filter(wanted: Wanted) -> Condition:
    """What the database leaves out; it cannot compare texts in any case, nor tell types apart."""
    conditions = ["expires_at > :now"]
    names: dict[str, str] = {}
    values: dict[str, Any] = {":now": wanted.now_s}
    filters = wanted.filters
    if filters.severity is not None:
        severe = {f":severity{n}": str(name) for n, name in enumerate(filters.severity.at_least)}
        conditions.append(f"severity IN ({', '.join(severe)})")
        values |= severe
    for name, value in (("source", filters.source), ("log_id", filters.log_id)):
        if value is not None:
            conditions.append(f"#{name} = :{name}")  # `source` is a reserved word
            names[f"#{name}"], values[f":{name}"] = name, value
    if filters.not_source is not None:
        conditions.append("#source <> :not_source")
        names["#source"], values[":not_source"] = "source", filters.not_source
    return Condition(" AND ".join(conditions), names, values)


def _entry(item: Item) -> LogEntry:
    return msgspec.convert(item, LogEntry)
