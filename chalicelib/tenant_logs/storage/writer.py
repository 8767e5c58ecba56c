"""Log records into their table, in batches; what became of each is said by position.

Each is inserted once: a second delivery leaves the item, and so its place in the order of arrival,
as it is.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.aws.attributes import Item
from chalicelib.aws.bulk import Bulk, Outcome
from chalicelib.errors import Unavailable
from chalicelib.tenant_logs.counts.keeping import CountKeeper
from chalicelib.tenant_logs.model import LogRecord
from chalicelib.tenant_logs.storage import items
from chalicelib.tenant_logs.storage.markers import LogIdOwner, Markers


class WriteResult(StrEnum):
    """What became of a record."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    FAILED = "failed"


_CLAIMED = {LogIdOwner.TAKEN: WriteResult.DUPLICATE, LogIdOwner.UNKNOWN: WriteResult.FAILED}


@dataclass(frozen=True, slots=True)
class LogWriter:
    """Writes records; only those whose sender gave a log_id need a marker first.

    `now` gives UTC.
    """

    logs: Bulk
    markers: Markers
    counts: CountKeeper
    _: KW_ONLY
    now: Callable[[], datetime]

    def write(
        self, records: Sequence[LogRecord], repeated: Collection[int] = ()
    ) -> list[WriteResult]:
        """Write and count all that are no duplicates; one that is stored already stays as it is.

        `repeated` are the positions of records whose message was delivered before.
        """
        results = [WriteResult.STORED] * len(records)
        named = [n for n, record in enumerate(records) if record.named]
        claims = self.markers.claim([records[n] for n in named])
        for n, claim in zip(named, claims, strict=True):
            results[n] = _CLAIMED.get(claim, WriteResult.STORED)
        wanted = [n for n, result in enumerate(results) if result is WriteResult.STORED]
        # Of a request's records the positions are in the order of their arrival.
        wanted.sort(key=lambda n: records[n].received_at)
        failed = self._insert(
            [items.item(records[n]) for n in wanted], [n in repeated for n in wanted]
        )
        for position in failed:
            results[wanted[position]] = WriteResult.FAILED
        return results

    def _insert(self, new: Sequence[Item], is_repeated: Sequence[bool]) -> list[int]:
        """Insert and count the items that are not stored; returns the positions that failed."""
        counting = self.counts.begin(new, is_repeated)
        outcomes = self.logs.insert_all(new)
        existing = [n for n, outcome in enumerate(outcomes) if outcome is Outcome.EXISTS]
        failed = [n for n, outcome in enumerate(outcomes) if outcome is Outcome.FAILED]
        failed += self._replace_expired(new, existing)
        return failed + counting.end(n for n in existing if not is_repeated[n])

    def _replace_expired(self, new: Sequence[Item], existing: Sequence[int]) -> list[int]:
        """Write over items that expired: DynamoDB deletes them late. Returns what failed."""
        if not existing:
            return []
        keys = [{name: new[n][name] for name in self.logs.key} for n in existing]
        try:
            stored = self.logs.get_all(keys)
        except Unavailable:
            return list(existing)
        epoch_s = self.now().timestamp()
        expired = [
            n
            for n, item in zip(existing, stored, strict=True)
            if item is None or item["expires_at"] <= epoch_s
        ]
        return [expired[n] for n in self.logs.put_all([new[n] for n in expired])]

    def has(self, tenant_id: str, sk: str) -> bool:
        """Whether a record is stored; False also when that cannot be read now."""
        try:
            return self.logs.get_all([{"tenant_id": tenant_id, "sk": sk}])[0] is not None
        except Unavailable:
            return False
