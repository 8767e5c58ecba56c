"""Leases in the state table: of several processes one alone reads a stream.

A lease is one item: who holds it, a count that the holder raises while it lives, and how far the
stream is read. Who finds the same count for LEASE_S takes it. No clock is compared with another
machine's, and a holder that lost its lease can no longer write its progress.
"""

import time
import uuid
from collections.abc import Callable
from typing import Any

from chalicelib.aws.attributes import Item
from chalicelib.aws.table import Condition, ConditionFailed, Table

LEASE_S = 30.0
_MINE = "holder = :me"


class LeaseLost(Exception):
    """Another process reads the stream now."""


class Lease:
    """The lease called `name`; `process_id` is new for each process."""

    def __init__(
        self,
        table: Table,
        name: str,
        process_id: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._table = table
        self._key = {"pk": "LEASE", "sk": name}
        self._me = process_id or str(uuid.uuid4())
        self._monotonic = monotonic
        self._held_at = float("-inf")
        self._seen: tuple[Any, Any] | None = None
        self._seen_at = 0.0

    @property
    def is_stale(self) -> bool:
        """Whether another process may hold it meanwhile."""
        return self._monotonic() - self._held_at >= LEASE_S

    def hold(self) -> bool:
        """Renew the lease, or take it if it is free; returns whether it is held.

        Raises Unavailable.
        """
        begun = self._monotonic()
        try:
            self._write(Condition(_MINE), {})
        except ConditionFailed as failed:
            if not self._take(failed.existing):
                return False
        self._held_at = begun
        return True

    def release(self) -> None:
        """Give the lease up, so that another process need not wait for it.

        Raises Unavailable.
        """
        change = Condition("REMOVE holder", values={":me": self._me})
        try:
            self._table.update(self._key, change, Condition(_MINE))
        except ConditionFailed:
            return  # it is another's, or nobody's
        self._held_at = float("-inf")

    def read_progress(self) -> str | None:
        """What was saved last; None if nothing was.

        Raises Unavailable.
        """
        found = self._table.get(self._key) or {}
        return found.get("progress")

    def save_progress(self, text: str) -> None:
        """Save how far the stream is read.

        Raises LeaseLost, and Unavailable.
        """
        change = Condition("SET progress = :text", values={":text": text, ":me": self._me})
        try:
            self._table.update(self._key, change, Condition(_MINE))
        except ConditionFailed as failed:
            raise LeaseLost(f"the lease {self._key['sk']} is another process's") from failed

    def _take(self, found: Item | None) -> bool:
        """Take the lease if nobody holds it, or its holder shows no life."""
        if found is None or "holder" not in found:
            return self._try(Condition("attribute_not_exists(holder)"), {})
        seen = (found["holder"], found["beat"])
        if seen != self._seen:
            self._seen, self._seen_at = seen, self._monotonic()
        if self._monotonic() - self._seen_at < LEASE_S:
            return False
        same = Condition("holder = :holder AND beat = :beat")
        return self._try(same, {":holder": seen[0], ":beat": seen[1]})

    def _try(self, condition: Condition, values: dict[str, Any]) -> bool:
        try:
            self._write(condition, values)
        except ConditionFailed:
            return False  # another process was faster
        return True

    def _write(self, condition: Condition, values: dict[str, Any]) -> None:
        change = "SET holder = :me, beat = if_not_exists(beat, :zero) + :one"
        whole = {":me": self._me, ":zero": 0, ":one": 1, **values}
        self._table.update(self._key, Condition(change, values=whole), condition)
