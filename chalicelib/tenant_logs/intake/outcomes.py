"""What became of the records of a request, by position: kept going, or refused for a reason."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from chalicelib.errors import InvalidInput, Unavailable
from chalicelib.tenant_logs.model import (
    IngestResult,
    LogRecord,
    RecordResult,
    Refusal,
    RejectCode,
)

SHOWN_REASONS = 3
ACCEPTED, REJECTED = "accepted", "rejected"
NOT_QUEUED = Refusal(RejectCode.NOT_QUEUED, "the queue did not take it; send it again", again=True)


def require_some(fates: Sequence[Any]) -> None:
    """Raise where every record was refused.

    Unavailable when the same records may be taken later, else InvalidInput with reasons.
    """
    refusals = [each for each in fates if isinstance(each, Refusal)]
    if len(refusals) < len(fates):
        return
    if any(each.again for each in refusals):
        raise Unavailable("the queue took none of the records; send them again")
    raise InvalidInput(f"no record was taken: {reasons(fates)}")


def require_final(fates: Sequence[Any]) -> None:
    """Raise Unavailable where any record may be taken later: a sender that is not told which."""
    if any(isinstance(each, Refusal) and each.again for each in fates):
        raise Unavailable("the queue took only some of the records; send them again")


def reasons(fates: Sequence[Any]) -> str:
    """The first reasons in words; empty when nothing was refused."""
    refused = [(n, each) for n, each in enumerate(fates) if isinstance(each, Refusal)]
    shown = [f"record {n}: {each.reason}" for n, each in refused[:SHOWN_REASONS]]
    if len(refused) > SHOWN_REASONS:
        shown.append(f"and {len(refused) - SHOWN_REASONS} more")
    return "; ".join(shown)


def repeated(records: Sequence[LogRecord | Refusal]) -> dict[int, int]:
    """The records whose sender gave a log_id that one before has: by position, that one's."""
    seen: dict[tuple[str, str], int] = {}
    found: dict[int, int] = {}
    for n, record in enumerate(records):
        if isinstance(record, LogRecord) and record.named:
            first = seen.setdefault((record.tenant_id, record.log_id), n)
            if first != n:
                found[n] = first
    return found


def result(fates: Sequence[LogRecord | Refusal]) -> IngestResult:
    """The answer to a sender: only what the queue took is accepted."""
    results = [
        RecordResult(n, REJECTED, reason=each.reason, code=each.code)
        if isinstance(each, Refusal)
        else RecordResult(n, ACCEPTED, log_id=each.log_id)
        for n, each in enumerate(fates)
    ]
    rejected = sum(isinstance(each, Refusal) for each in fates)
    return IngestResult(len(results) - rejected, rejected, results)


def by_tenant(records: Iterable[LogRecord | Refusal]) -> Counter[str]:
    """How many records each tenant has; refused ones count for none."""
    return Counter(each.tenant_id for each in records if not isinstance(each, Refusal))
