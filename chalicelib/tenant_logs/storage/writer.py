"""Log records into their table, in batches; what became of each is said by position."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.aws.bulk import Bulk
from chalicelib.errors import Unavailable
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
    """Writes records; only those whose sender gave a log_id need a marker first."""

    logs: Bulk
    markers: Markers

    def write(self, records: Sequence[LogRecord]) -> list[WriteResult]:
        """Write all that are no duplicates; the same record again is written over itself."""
        results = [WriteResult.STORED] * len(records)
        named = [n for n, record in enumerate(records) if record.named]
        claims = self.markers.claim([records[n] for n in named])
        for n, claim in zip(named, claims, strict=True):
            results[n] = _CLAIMED.get(claim, WriteResult.STORED)
        wanted = [n for n, result in enumerate(results) if result is WriteResult.STORED]
        for position in self.logs.put_all([items.item(records[n]) for n in wanted]):
            results[wanted[position]] = WriteResult.FAILED
        return results

    def has(self, tenant_id: str, sk: str) -> bool:
        """Whether a record is stored; False also when that cannot be read now."""
        try:
            return self.logs.get_all([{"tenant_id": tenant_id, "sk": sk}])[0] is not None
        except Unavailable:
            return False
