"""Partial batch responses, read as Lambda reads them."""

from collections.abc import Mapping
from typing import Any


def find_failed_ids(response: Any, ids: frozenset[str]) -> frozenset[str]:
    """The failed ids of a batch: message ids of a queue, sequence numbers of a stream.

    None, {} and a missing or empty list mean that all records succeeded. An unknown or empty
    identifier, or a response of another shape, means that all failed (Lambda Developer Guide,
    "Implementing partial batch responses").
    """
    if response is None:
        return frozenset()
    if not isinstance(response, Mapping):
        return ids
    failures = response.get("batchItemFailures") or []
    try:
        reported = frozenset(failure["itemIdentifier"] for failure in failures)
    except (KeyError, TypeError):
        return ids
    if not reported <= ids:
        return ids
    return reported
