"""What operators do with chosen dead letters: look at them, redrive them, delete them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from chalicelib import observability, times
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.last_failures import key
from chalicelib.aws.queue import Received
from chalicelib.errors import NotFound
from chalicelib.ids import require_id
from chalicelib.operations.dead_letter_queue import DeadLetterQueue
from chalicelib.operations.deaths import Deaths
from chalicelib.operations.model import (
    SHOWN_BYTES,
    WINDOW,
    DeadLetter,
    DeadLetterRedrives,
    DeadLetterResult,
    DeadLetters,
    DeadLetterSelection,
    Death,
    LetterList,
    beginning,
    preview_bytes,
)
from chalicelib.web.call import Call

LOCATED_AMONG = 100  # letters that are looked at for one that is only thought to be there

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class DeadLetterService:
    """The use cases of dead letters; `letters` and `deaths` are those of a queue by its name.

    `failures` reads the table of last failures.
    """

    letters: Mapping[str, DeadLetterQueue]
    deaths: Mapping[str, Deaths]
    failures: Bulk

    def look(self, queue: str, query: LetterList) -> DeadLetters:
        """A window of dead letters, oldest first.

        Raises NotFound for an unknown queue, and Unavailable.
        """
        letters = letters_of(self.letters, queue)
        found = letters.look(query.limit)
        most_bytes = preview_bytes(len(found))
        return DeadLetters(
            queue=queue,
            total=max(letters.total(), len(found)),
            letters=[
                _to_dead_letter(letter, death, most_bytes)
                for letter, death in zip(found, self.deaths[queue](found), strict=True)
            ],
        )

    def get(self, queue: str, letter_id: str) -> DeadLetter:
        """One letter, its text whole.

        Raises NotFound for an unknown queue, and for a letter that is not within the window of 500
        that may be looked at; and Unavailable.
        """
        found = self._find(queue, require_id(letter_id, "letter_id"), WINDOW)
        if found is None:
            raise NotFound(f"among {WINDOW} dead letters of {queue} there is no such one")
        return found

    def locate(self, letter_id: str) -> tuple[str, DeadLetter] | None:
        """A letter in whichever queue it is, and that queue's name.

        It is found by what its handler stored when it failed, and only if it is still there, among
        the first hundred. Raises Unavailable.
        """
        queues = list(self.letters)
        stored = self.failures.get_all([key(queue, letter_id) for queue in queues])
        for queue, failure in zip(queues, stored, strict=True):
            if failure is not None and (letter := self._find(queue, letter_id, LOCATED_AMONG)):
                return queue, letter
        return None

    def redrive(self, queue: str, selection: DeadLetterSelection, call: Call) -> DeadLetterResult:
        """Give dead letters to their queue again.

        Raises NotFound for an unknown queue, and Unavailable when nothing was done.
        """
        result = letters_of(self.letters, queue).redrive(selection.ids)
        _log.info("dead letters were redriven", extra=_audit(queue, call, result))
        return result

    def delete(self, queue: str, selection: DeadLetterSelection, call: Call) -> DeadLetterResult:
        """Delete dead letters for good; raises as `redrive` does."""
        result = letters_of(self.letters, queue).delete(selection.ids)
        _log.info("dead letters were deleted", extra=_audit(queue, call, result))
        return result

    def _find(self, queue: str, letter_id: str, among: int) -> DeadLetter | None:
        letter = letters_of(self.letters, queue).find(letter_id, among)
        if letter is None:
            return None
        (death,) = self.deaths[queue]([letter])
        return _to_dead_letter(letter, death, SHOWN_BYTES)


def letters_of(known: Mapping[str, DeadLetterQueue], queue: str) -> DeadLetterQueue:
    """The letters of a queue; raises NotFound for one that does not exist."""
    if queue not in known:
        raise NotFound(f"there is no such queue; there are {', '.join(known)}")
    return known[queue]


def _to_dead_letter(letter: Received, death: Death, most_bytes: int) -> DeadLetter:
    shown = beginning(letter.body, most_bytes)
    return DeadLetter(
        id=letter.message_id,
        body=shown,
        truncated=shown != letter.body,
        sent_at=sent_at(letter),
        redriven=_to_times_redriven(letter),
        **msgspec.structs.asdict(death),
    )


def sent_at(letter: Received) -> str:
    """When it came to its own queue, as a UTC text."""
    return times.text(datetime.fromtimestamp(letter.sent_at_ms / 1000, UTC))


def _to_times_redriven(letter: Received) -> DeadLetterRedrives | None:
    before = letter.redriven
    return None if before is None else DeadLetterRedrives(before.count, before.last_at)


def _audit(queue: str, call: Call, result: DeadLetterResult) -> dict[str, object]:
    return {
        "queue": queue,
        "by": call.principal.id,
        "done": len(result.done),
        "missing": len(result.missing),
        "failed": len(result.failed),
    }
