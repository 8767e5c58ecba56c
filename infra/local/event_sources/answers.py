"""How Lambda reads a function's answer to a batch."""

from collections.abc import Mapping
from typing import Any


def failed_ids(answer: Any, ids: frozenset[str]) -> frozenset[str]:
    """Which ids of the batch a partial batch response reports.

    They are message ids of a queue, sequence numbers of a stream. An answer of None or {}, and
    an empty or missing list, mean that all succeeded. An identifier that is empty or not of the
    batch, or an answer of another shape, means that none did (Lambda's guide, "Implementing
    partial batch responses").
    """
    if answer is None:
        return frozenset()
    if not isinstance(answer, Mapping):
        return ids
    failures = answer.get("batchItemFailures") or []
    try:
        reported = frozenset(each["itemIdentifier"] for each in failures)
    except (KeyError, TypeError):
        return ids
    if not reported <= ids:
        return ids
    return reported
