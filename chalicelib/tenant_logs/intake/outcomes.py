"""What became of the records of a request, by position: kept going, or refused for a reason."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from chalicelib.errors import InvalidInput, Unavailable
from chalicelib.tenant_logs.model import (
    LogIngestResult,
    LogRecord,
    LogRecordResult,
    LogRejectCode,
    Refusal,
)

SHOWN_REASONS = 3
ACCEPTED, REJECTED = "accepted", "rejected"
NOT_QUEUED = Refusal(
    LogRejectCode.NOT_QUEUED, "the queue did not take it; send it again", again=True
)


class NothingTakenError(InvalidInput):
    """Each record of a request was rejected, and counted, by itself."""


def require_some(records: Sequence[Any]) -> None:
    """Raise where every record was refused.

    Unavailable when the same records may be taken later, else InvalidInput with reasons.
    """
    refusals = [record for record in records if isinstance(record, Refusal)]
    if len(refusals) < len(records):
        return
    if any(record.again for record in refusals):
        raise Unavailable("the queue took none of the records; send them again")
    raise NothingTakenError(f"no record was taken: {reasons(records)}")


def require_final(records: Sequence[Any]) -> None:
    """Raise Unavailable where any record may be taken later: a sender that is not told which."""
    if any(isinstance(record, Refusal) and record.again for record in records):
        raise Unavailable("the queue took only some of the records; send them again")


def reasons(records: Sequence[Any]) -> str:
    """The first reasons in words; empty when nothing was refused."""
    refused = [(n, record) for n, record in enumerate(records) if isinstance(record, Refusal)]
    shown = [f"record {n}: {record.reason}" for n, record in refused[:SHOWN_REASONS]]
    if len(refused) > SHOWN_REASONS:
        shown.append(f"and {len(refused) - SHOWN_REASONS} more")
    return "; ".join(shown)


def find_repeated(records: Sequence[LogRecord | Refusal]) -> dict[int, int]:
    """The records whose sender gave a log_id that one before has: by position, that one's."""
    seen: dict[tuple[str, str], int] = {}
    found: dict[int, int] = {}
    for n, record in enumerate(records):
        if isinstance(record, LogRecord) and record.named:
            first = seen.setdefault((record.tenant_id, record.log_id), n)
            if first != n:
                found[n] = first
    return found


def result(records: Sequence[LogRecord | Refusal]) -> LogIngestResult:
    """The response to a sender: only what the queue took is accepted."""
    results = [
        LogRecordResult(n, REJECTED, reason=record.reason, code=record.code)
        if isinstance(record, Refusal)
        else LogRecordResult(n, ACCEPTED, log_id=record.log_id)
        for n, record in enumerate(records)
    ]
    rejected = sum(isinstance(record, Refusal) for record in records)
    return LogIngestResult(len(results) - rejected, rejected, results)


class Amount(NamedTuple):
    """So many records, and their bytes of JSON as they were sent."""

    records: int = 0
    size_bytes: int = 0


def amounts_by_tenant(
    records: Iterable[LogRecord | Refusal], sizes: Iterable[int]
) -> dict[str, Amount]:
    """How much each tenant sent; refused records count for nothing."""
    found: dict[str, Amount] = {}
    for record, size_bytes in zip(records, sizes, strict=True):
        if not isinstance(record, Refusal):
            before = found.get(record.tenant_id, Amount())
            found[record.tenant_id] = Amount(before.records + 1, before.size_bytes + size_bytes)
    return found


def by_tenant(records: Iterable[LogRecord | Refusal]) -> Counter[str]:
    """How many records each tenant has; refused ones count for none."""
    return Counter(record.tenant_id for record in records if not isinstance(record, Refusal))
