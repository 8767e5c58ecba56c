"""Log records into their table, in batches; what became of each is said by position."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from chalicelib.aws.bulk import Bulk
from chalicelib.errors import Unavailable
from chalicelib.tenant_logs.model import LogRecord
from chalicelib.tenant_logs.storage import items
from chalicelib.tenant_logs.storage.markers import Claim, Markers


class Fate(StrEnum):
    """What became of a record."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    FAILED = "failed"


_CLAIMED = {Claim.TAKEN: Fate.DUPLICATE, Claim.UNKNOWN: Fate.FAILED}


@dataclass(frozen=True, slots=True)
class LogWriter:
    """Writes records; only those whose sender gave a log_id need a marker first."""

    logs: Bulk
    markers: Markers

    def write(self, records: Sequence[LogRecord]) -> list[Fate]:
        """Write all that are no duplicates; the same record again is written over itself."""
        fates = [Fate.STORED] * len(records)
        named = [n for n, each in enumerate(records) if each.named]
        claims = self.markers.claim([records[n] for n in named])
        for n, claim in zip(named, claims, strict=True):
            fates[n] = _CLAIMED.get(claim, Fate.STORED)
        wanted = [n for n, fate in enumerate(fates) if fate is Fate.STORED]
        for position in self.logs.put_all([items.item(records[n]) for n in wanted]):
            fates[wanted[position]] = Fate.FAILED
        return fates

    def has(self, tenant_id: str, sk: str) -> bool:
        """Whether a record is stored; False also when that cannot be read now."""
        try:
            return self.logs.get_all([{"tenant_id": tenant_id, "sk": sk}])[0] is not None
        except Unavailable:
            return False
