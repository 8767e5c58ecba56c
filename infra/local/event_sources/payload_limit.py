"""Lambda's limit of 6 MB an invocation: what exceeds it is given to several invocations."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

MAX_EVENT_BYTES = 6 * 1024 * 1024
_FRAME_BYTES = len('{"Records":[]}')


def invocations_of(
    records: Sequence[dict[str, Any]], most_bytes: int = MAX_EVENT_BYTES
) -> Iterator[list[dict[str, Any]]]:
    """The records in their order, as many at a time as fit; one that is too big goes alone."""
    batch: list[dict[str, Any]] = []
    event_bytes = _FRAME_BYTES
    for record in records:
        record_bytes = len(msgspec.json.encode(record)) + 1
        if batch and event_bytes + record_bytes > most_bytes:
            yield batch
            batch, event_bytes = [], _FRAME_BYTES
        batch.append(record)
        event_bytes += record_bytes
    if batch:
        yield batch
