"""How dead letters came about: by what their queue's handler stored, or by their own text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from chalicelib import times
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.changes import Failure, failure_in
from chalicelib.aws.last_failures import LastFailure, key
from chalicelib.aws.queue import Received
from chalicelib.operations.model import DeadLetterReason, Death

NO_ANSWER = DeadLetterReason("no_answer", "the function ended without an answer")

Deaths = Callable[[Sequence[Received]], list[Death]]  # by position


@dataclass(frozen=True, slots=True)
class QueueDeaths:
    """Of the letters of `queue`, whose messages `function` receives `max_receives` times.

    `state` reads the table of last failures.
    """

    state: Bulk
    queue: str
    function: str
    max_receives: int

    def __call__(self, letters: Sequence[Received]) -> list[Death]:
        """How each came about.

        Raises Unavailable.
        """
        items = self.state.get_all([key(self.queue, letter.message_id) for letter in letters])
        return [
            self._death(None if item is None else msgspec.convert(item, LastFailure))
            for item in items
        ]

    def _death(self, failure: LastFailure | None) -> Death:
        if failure is None:
            return Death(reason=NO_ANSWER, function=self.function, died_at=None, attempts=None)
        responded = failure.attempts >= self.max_receives
        return Death(
            reason=DeadLetterReason(failure.code, failure.message)
            if responded
            else _no_answer_after(failure),
            function=failure.function,
            died_at=failure.last_at if responded else None,
            attempts=max(failure.attempts, self.max_receives),
        )


@dataclass(frozen=True, slots=True)
class StreamDeaths:
    """Of a stream's failure messages, which say it themselves; `handler` reads the stream."""

    handler: str

    def __call__(self, letters: Sequence[Received]) -> list[Death]:
        """How each came about."""
        return [self._death(failure_in(letter)) for letter in letters]

    def _death(self, failure: Failure | None) -> Death:
        if failure is None:
            return Death(reason=NO_ANSWER, function=self.handler, died_at=None, attempts=None)
        invoked = failure.requestContext
        size = failure.DDBStreamBatchInfo.batchSize
        text = f"records of the stream were given up: {size}; the log of {self.handler} says why"
        return Death(
            reason=DeadLetterReason(invoked.condition, text),
            function=self.handler,
            died_at=None if failure.timestamp is None else times.text(failure.timestamp),
            attempts=invoked.approximateInvokeCount,
        )


def _no_answer_after(failure: LastFailure) -> DeadLetterReason:
    """Of a message whose later deliveries left nothing."""
    before = f"attempt {failure.attempts} failed: {failure.code}"
    return DeadLetterReason(NO_ANSWER.code, f"{NO_ANSWER.message}; {before}: {failure.message}")
