"""What operators do with chosen dead letters: look at them, redrive them, delete them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from chalicelib import observability, times
from chalicelib.aws.queue import Received
from chalicelib.errors import NotFound
from chalicelib.operations.dead_letter_queue import DeadLetterQueue
from chalicelib.operations.deaths import Deaths
from chalicelib.operations.model import (
    DeadLetter,
    DeadLetters,
    Death,
    LetterList,
    LetterResult,
    Selection,
    beginning,
    preview_bytes,
)
from chalicelib.web.call import Call

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class DeadLetterService:
    """The use cases of dead letters; `letters` and `deaths` are those of a queue by its name."""

    letters: Mapping[str, DeadLetterQueue]
    deaths: Mapping[str, Deaths]

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

    def redrive(self, queue: str, selection: Selection, call: Call) -> LetterResult:
        """Give dead letters to their queue again.

        Raises NotFound for an unknown queue, and Unavailable when nothing was done.
        """
        result = letters_of(self.letters, queue).redrive(selection.ids)
        _log.info("dead letters were redriven", extra=_audit(queue, call, result))
        return result

    def delete(self, queue: str, selection: Selection, call: Call) -> LetterResult:
        """Delete dead letters for good; raises as `redrive` does."""
        result = letters_of(self.letters, queue).delete(selection.ids)
        _log.info("dead letters were deleted", extra=_audit(queue, call, result))
        return result


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
        sent_at=times.text(datetime.fromtimestamp(letter.sent_at_ms / 1000, UTC)),
        **msgspec.structs.asdict(death),
    )


def _audit(queue: str, call: Call, result: LetterResult) -> dict[str, object]:
    return {
        "queue": queue,
        "by": call.principal.id,
        "done": len(result.done),
        "missing": len(result.missing),
        "failed": len(result.failed),
    }
