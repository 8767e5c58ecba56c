"""Markers that make a log_id count once, in `OmniState`: `LOG#<tenant>#<log_id>`.

A marker holds which record took the log_id. The same record again, delivered twice, is
written again, which changes nothing; another one under the log_id is a duplicate. Markers expire
with their records, so a log_id may come again once its record is gone.
"""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.aws.attributes import Item
from chalicelib.aws.bulk import Bulk, Outcome
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.errors import Unavailable
from chalicelib.ids import join_key
from chalicelib.tenant_logs.model import LogRecord
from chalicelib.tenant_logs.storage import items

PARTITION, MARKER = "LOG", "MARKER"  # what the keys begin with, and their sort key


class LogIdOwner(StrEnum):
    """Whose a log_id is: this record's, another one's, or not known now."""

    OURS = "ours"
    TAKEN = "taken"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Markers:
    """The markers, in bulk and one by one; `now` gives UTC."""

    bulk: Bulk
    table: Table
    _: KW_ONLY
    now: Callable[[], datetime]

    def claim(self, records: Sequence[LogRecord]) -> list[LogIdOwner]:
        """Take the log_id of each record, where it is free; returns by position."""
        markers = [_marker(record) for record in records]
        outcomes = self.bulk.insert_all(markers)
        met = [n for n, outcome in enumerate(outcomes) if outcome is Outcome.EXISTS]
        claims = [
            LogIdOwner.OURS if outcome is Outcome.NEW else LogIdOwner.UNKNOWN
            for outcome in outcomes
        ]
        standing = self._standing([markers[n] for n in met])
        for n, stored in zip(met, standing, strict=True):
            claims[n] = self._compare(markers[n], stored)
        return claims

    def _standing(self, markers: list[Item]) -> list[Item | None]:
        try:
            return self.bulk.get_all([_key(marker) for marker in markers]) if markers else []
        except Unavailable:
            return [None] * len(markers)

    def _compare(self, marker: Item, stored: Item | None) -> LogIdOwner:
        if stored is None:
            return LogIdOwner.UNKNOWN
        if _identity(stored) == _identity(marker):
            return LogIdOwner.OURS
        if stored["expires_at"] > self.now().timestamp():
            return LogIdOwner.TAKEN
        return self._take_over(marker, stored)

    def _take_over(self, marker: Item, expired: Item) -> LogIdOwner:
        """DynamoDB deletes what expired late: until then it is replaced, by one record alone."""
        same = Condition("expires_at = :seen", values={":seen": expired["expires_at"]})
        try:
            self.table.put(marker, same)
        except (ConditionFailed, Unavailable):
            return LogIdOwner.UNKNOWN
        return LogIdOwner.OURS


def _marker(record: LogRecord) -> Item:
    return {
        "pk": join_key(PARTITION, record.tenant_id, record.log_id),
        "sk": MARKER,
        "received_at": record.received_at,
        "record": items.sort_key(record.ts, record.log_id),
        "expires_at": record.expires_at,
    }


def _key(marker: Item) -> dict[str, str]:
    return {"pk": marker["pk"], "sk": marker["sk"]}


def _identity(marker: Item) -> tuple[str, str]:
    return marker["received_at"], marker["record"]
