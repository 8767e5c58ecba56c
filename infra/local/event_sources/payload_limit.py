"""Lambda's limit of 6 MB for an invocation's payload: larger batches are split."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from chalicelib.aws.calls import split_calls

MAX_EVENT_BYTES = 6 * 1024 * 1024
_FRAME_BYTES = len('{"Records":[]}')


def split_by_payload(
    records: Sequence[dict[str, Any]], max_bytes: int = MAX_EVENT_BYTES
) -> Iterator[list[dict[str, Any]]]:
    """Split records into batches of at most `max_bytes`; a larger record is alone in its batch."""
    return split_calls(
        records,
        lambda record: len(msgspec.json.encode(record)) + 1,
        max_entries=len(records),
        max_bytes=max_bytes - _FRAME_BYTES,
    )
