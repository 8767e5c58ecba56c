"""Where each accepted record is: in its store, in its queue, a dead letter, or nowhere."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Account:
    """The ids of one kind of record by where they are; each is in the first place that has it."""

    stored: frozenset[str]
    queued: frozenset[str]
    dead: frozenset[str]
    missing: frozenset[str]

    def describe(self, stored: str = "stored") -> str:
        """How many are where; `stored` is the word for the first."""
        sent = sum(map(len, (self.stored, self.queued, self.dead, self.missing)))
        return (
            f"{sent} sent: {len(self.stored)} {stored}, {len(self.queued)} in the queue, "
            f"{len(self.dead)} dead, {len(self.missing)} missing"
        )


def reconcile(
    taken: Collection[str],
    *,
    stored: Collection[str],
    queued: Collection[str],
    dead: Collection[str],
) -> Account:
    """Find each of `taken`. A dead letter whose record is stored too is no loss of anything."""
    left = frozenset(taken)
    in_store = left & frozenset(stored)
    in_queue = (left - in_store) & frozenset(queued)
    among_dead = (left - in_store - in_queue) & frozenset(dead)
    return Account(in_store, in_queue, among_dead, left - in_store - in_queue - among_dead)
