"""The use cases of operators: the pipeline's state and its dead letters."""

from collections.abc import Mapping
from datetime import UTC, datetime

from chalicelib import observability, times
from chalicelib.aws.queue import Received
from chalicelib.errors import NotFound
from chalicelib.operations.letters import Letters
from chalicelib.operations.model import (
    DeadLetter,
    DeadLetters,
    LetterList,
    LetterResult,
    Pipeline,
    Selection,
    beginning,
    shown_bytes,
)
from chalicelib.operations.pipeline import Watch
from chalicelib.web.principal import Principal

_log = observability.logger(__name__)


class Operations:
    """What operators see and do; `letters` are the dead letters by their queue's name."""

    def __init__(self, watch: Watch, letters: Mapping[str, Letters]) -> None:
        self._watch = watch
        self._letters = letters

    def pipeline(self, by: Principal) -> Pipeline:
        """The state of every part.

        Raises Forbidden and Unavailable.
        """
        by.require_operator()
        return self._watch.look()

    def letters(self, queue: str, query: LetterList, by: Principal) -> DeadLetters:
        """A window of dead letters, oldest first.

        Raises Forbidden, NotFound for an unknown queue, and Unavailable.
        """
        by.require_operator()
        letters = letters_of(self._letters, queue)
        found = letters.look(query.limit)
        most_bytes = shown_bytes(len(found))
        return DeadLetters(
            queue=queue,
            total=max(letters.total(), len(found)),
            letters=[_shown(each, most_bytes) for each in found],
        )

    def redrive(self, queue: str, selection: Selection, by: Principal) -> LetterResult:
        """Give dead letters to their queue again.

        Raises Forbidden, NotFound for an unknown queue, and Unavailable when nothing was done.
        """
        by.require_operator()
        result = letters_of(self._letters, queue).redrive(selection.ids)
        _log.info("dead letters were redriven", extra=_audit(queue, by, result))
        return result

    def delete(self, queue: str, selection: Selection, by: Principal) -> LetterResult:
        """Delete dead letters for good; raises as `redrive` does."""
        by.require_operator()
        result = letters_of(self._letters, queue).delete(selection.ids)
        _log.info("dead letters were deleted", extra=_audit(queue, by, result))
        return result


def letters_of(known: Mapping[str, Letters], queue: str) -> Letters:
    """The letters of a queue; raises NotFound for one that there is not."""
    if queue not in known:
        raise NotFound(f"there is no such queue; there are {', '.join(known)}")
    return known[queue]


def _shown(letter: Received, most_bytes: int) -> DeadLetter:
    shown = beginning(letter.body, most_bytes)
    return DeadLetter(
        id=letter.message_id,
        body=shown,
        truncated=shown != letter.body,
        sent_at=times.text(datetime.fromtimestamp(letter.sent_at_ms / 1000, UTC)),
        receive_count=letter.receive_count,
    )


def _audit(queue: str, by: Principal, result: LetterResult) -> dict[str, object]:
    return {
        "queue": queue,
        "by": by.id,
        "done": len(result.done),
        "missing": len(result.missing),
        "failed": len(result.failed),
    }
