"""The dead letters of one queue: looked at, given to their queue again, deleted.

SQS cannot fetch by id. So a window of letters is received, which hides them from others for a
while, and what is not settled is given back at once.
"""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import KW_ONLY, dataclass

from chalicelib import observability
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.queue import BATCH, Queue, Received, RefusedEntry
from chalicelib.errors import Unavailable
from chalicelib.operations.model import WINDOW, DeadLetterResult

HOLD_S = 30  # how long a letter stays hidden when whoever held it was killed
BUDGET_S = 10.0  # for one request or step; API Gateway gives up at 29 s, with calls under way
WAIT_S = 1  # a long poll asks all of SQS's servers, so that an empty response means empty

GiveBack = Callable[[Sequence[Received]], list[RefusedEntry]]
Held = dict[str, Received]  # by message id

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class DeadLetterQueue:
    """The messages of a dead-letter queue; `give_back` sends them where they came from.

    `give_back` returns what was refused, by position, or raises Unavailable when it is not known
    that anything was taken. `trying` counts the messages that are not dead yet.
    """

    queue: Queue
    give_back: GiveBack
    _: KW_ONLY
    trying: Callable[[], int] = lambda: 0
    clock: Callable[[], float] = time.monotonic

    def total(self) -> int:
        """How many letters there are, those that are being looked at included."""
        return sum(self.queue.counts())

    def look(self, limit: int) -> list[Received]:
        """A window of at most `limit` letters, oldest first; all of them stay where they are.

        Raises Unavailable.
        """
        counted = self.queue.counts().waiting
        with self._holding() as held:
            self._gather(held, limit, lambda: len(held) >= counted)
            if len(held) < limit:  # counts lag behind
                self._receive(held, min(BATCH, limit - len(held)), wait_s=0)
            return sorted(held.values(), key=lambda letter: letter.sent_at_ms)

    def find(self, message_id: str, limit: int) -> Received | None:
        """One letter, if it is among `limit` of them; it stays where it is.

        Raises Unavailable.
        """
        with self._holding() as held:
            self._gather(held, limit, lambda: message_id in held)
            return held.get(message_id)

    def redrive(self, ids: Collection[str]) -> DeadLetterResult:
        """Send the letters to their queue, and delete those here whose send was confirmed.

        A crash in between leaves a letter in both: the queues' handlers are idempotent.
        """
        return self._settle_by_ids(ids, self._redrive)

    def delete(self, ids: Collection[str]) -> DeadLetterResult:
        """Delete the letters for good."""
        return self._settle_by_ids(ids, self._delete)

    def move(self, at_most: int, *, sent_by_ms: int) -> int:
        """Redrive any letters that were sent by then; returns how many.

        Raises Unavailable when not even one could be moved.
        """
        moved, deadline = 0, self.clock() + BUDGET_S
        with self._holding() as held:
            try:
                while moved < at_most and len(held) < WINDOW and self.clock() < deadline:
                    letters = self._receive(held, min(BATCH, at_most - moved), WAIT_S)
                    if not letters:
                        break
                    chosen = [letter for letter in letters if letter.sent_at_ms <= sent_by_ms]
                    moved += len(self._redrive(chosen, held)) if chosen else 0
            except Unavailable as error:
                if not moved:
                    raise
                _log.warning("a redrive was cut short", extra={"cause": reason(error)})
        return moved

    def _settle_by_ids(
        self, ids: Collection[str], settle: Callable[[Sequence[Received], Held], list[str]]
    ) -> DeadLetterResult:
        wanted, deadline = set(ids), self.clock() + BUDGET_S
        with self._holding() as held:
            self._gather(held, WINDOW, lambda: wanted <= held.keys())
            found = [held[message_id] for message_id in sorted(wanted & held.keys())]
            done = self._in_tens(found, deadline, lambda ten: settle(ten, held))
        chosen = {letter.message_id for letter in found}
        return DeadLetterResult(
            done=done, missing=sorted(wanted - chosen), failed=sorted(chosen - set(done))
        )

    def _in_tens(
        self,
        letters: Sequence[Received],
        deadline: float,
        settle: Callable[[Sequence[Received]], list[str]],
    ) -> list[str]:
        """Settle ten by ten, so that trouble with some leaves what became of others known."""
        done: list[str] = []
        for start in range(0, len(letters), BATCH):
            if self.clock() >= deadline:
                break
            try:
                done += settle(letters[start : start + BATCH])
            except Unavailable:
                if not done:
                    raise
                break
        return done

    def _redrive(self, letters: Sequence[Received], held: Held) -> list[str]:
        """Send, then delete what was taken; never the other way round."""
        refused = {entry.position for entry in self.give_back(letters)}
        taken = [letter for position, letter in enumerate(letters) if position not in refused]
        return self._delete(taken, held) if taken else []

    def _delete(self, letters: Sequence[Received], held: Held) -> list[str]:
        left = self.queue.delete_all([letter.receipt_handle for letter in letters])
        kept = {entry.position for entry in left}
        done = [letter.message_id for n, letter in enumerate(letters) if n not in kept]
        for message_id in done:
            del held[message_id]
        return done

    def _gather(self, held: Held, limit: int, enough: Callable[[], bool]) -> None:
        """Receive until there are enough, none come any more, or it takes too long."""
        deadline = self.clock() + BUDGET_S
        while len(held) < limit and not enough() and self.clock() < deadline:
            if not self._receive(held, min(BATCH, limit - len(held)), WAIT_S):
                break

    def _receive(self, held: Held, at_most: int, wait_s: int) -> list[Received]:
        received = self.queue.receive(wait_s=wait_s, visibility_timeout_s=HOLD_S, at_most=at_most)
        # Of a duplicate delivery the newer receipt handle counts.
        held |= {letter.message_id: letter for letter in received}
        return received

    @contextmanager
    def _holding(self) -> Iterator[Held]:
        """Give back at the end whatever is still held."""
        held: Held = {}
        try:
            yield held
        finally:
            self._release(held)

    def _release(self, held: Held) -> None:
        try:
            self.queue.change_visibility_all([letter.receipt_handle for letter in held.values()], 0)
        except AWS_ERRORS as error:  # they come back by themselves
            fields = {"letters": len(held), "cause": reason(error)}
            _log.warning("dead letters stay hidden for a while", extra=fields)
