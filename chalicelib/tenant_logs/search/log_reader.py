"""Stored records of one tenant's partition, read in parts."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, Table
from chalicelib.tenant_logs.model import Severity
from chalicelib.tenant_logs.search.queries import LogEntry

_PARTITION = Condition("tenant_id = :tenant")


class Wanted(NamedTuple):
    """Which records: times are of fixed width, `now_s` in epoch seconds.

    What expired by `now_s` is left out: DynamoDB deletes it late, up to days.
    """

    tenant_id: str
    since: str | None
    until: str | None
    severity: Severity | None
    text: str | None
    is_forward: bool
    now_s: int

    @property
    def is_filtered(self) -> bool:
        """Whether many records may be read for few that are wanted."""
        return self.severity is not None or self.text is not None


class Part(NamedTuple):
    """Records with their sort keys, and the one to go on after, None at the end."""

    entries: list[tuple[str, LogEntry]]
    last_sk: str | None


@dataclass(frozen=True, slots=True)
class LogReader:
    """Reads logs; `table_for` gives the table as one tenant's session may see it."""

    table_for: Callable[[str], Table]

    def part(self, wanted: Wanted, *, at_most: int, after_sk: str | None) -> Part:
        """What is wanted of the next `at_most` items (or 1 MB of them) after a sort key."""
        start = None if after_sk is None else {"tenant_id": wanted.tenant_id, "sk": after_sk}
        items, last_key = self.table_for(wanted.tenant_id).query_page(
            _range(wanted),
            limit=at_most,
            start=start,
            matching=_filter(wanted),
            forward=wanted.is_forward,
        )
        entries = [(str(item["sk"]), _entry(item)) for item in items]
        return Part(entries, None if last_key is None else str(last_key["sk"]))


def _range(wanted: Wanted) -> Condition:
    """`since` <= ts < `until`: a sort key is longer than its time, and so comes after it."""
    values = {":tenant": wanted.tenant_id, ":since": wanted.since, ":until": wanted.until}
    match wanted.since, wanted.until:
        case None, None:
            of_time = ""
        case _, None:
            of_time = " AND sk >= :since"
        case None, _:
            of_time = " AND sk < :until"
        case _:
            of_time = " AND sk BETWEEN :since AND :until"
    given = {name: value for name, value in values.items() if value is not None}
    return Condition(f"tenant_id = :tenant{of_time}", values=given)


def _filter(wanted: Wanted) -> Condition:
    expression, values = "expires_at > :now", {":now": wanted.now_s}
    names, texts = {}, {}
    if wanted.severity is not None:
        severe = list(Severity)[list(Severity).index(wanted.severity) :]
        texts = {f":severity{index}": str(severity) for index, severity in enumerate(severe)}
        expression += f" AND severity IN ({', '.join(texts)})"
    if wanted.text is not None:
        names, texts = {"#text": "text"}, {**texts, ":text": wanted.text}
        expression += " AND contains(#text, :text)"
    return Condition(expression, names, {**values, **texts})


def _entry(item: Item) -> LogEntry:
    return msgspec.convert(item, LogEntry)
