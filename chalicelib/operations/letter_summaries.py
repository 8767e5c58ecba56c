"""The dead letters of every queue at once, by reason: what an operator looks at first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import msgspec

from chalicelib.aws.queue import Received
from chalicelib.operations.dead_letter_queue import DeadLetterQueue
from chalicelib.operations.dead_letters import sent_at
from chalicelib.operations.deaths import Deaths
from chalicelib.operations.model import (
    AllLettersQuery,
    DeadLetterReasonCount,
    DeadLetterSummaries,
    DeadLetterSummary,
    Death,
)
from chalicelib.parts import PartResult, PartRunner

MOST_REASONS = 20


@dataclass(frozen=True, slots=True)
class DeadLetterWindow:
    """What was looked at of one queue, the oldest first."""

    total: int
    letters: Sequence[Received]
    deaths: Sequence[Death]


@dataclass(frozen=True, slots=True)
class DeadLetterSummarizer:
    """Looks at a window of each queue at the same time; a queue that fails says so by itself."""

    letters: Mapping[str, DeadLetterQueue]
    deaths: Mapping[str, Deaths]
    runner: PartRunner

    def look(self, query: AllLettersQuery) -> DeadLetterSummaries:
        """Every queue's letters by reason; all of them stay where they are."""
        results = self.runner.ask(
            {queue: partial(self._look, queue, query.limit) for queue in self.letters}
        )
        summaries = [_summarize(queue, result) for queue, result in results.items()]
        return DeadLetterSummaries(
            complete=all(summary.complete for summary in summaries), queues=summaries
        )

    def _look(self, queue: str, limit: int) -> DeadLetterWindow:
        letters = self.letters[queue].look(limit)
        total = max(self.letters[queue].total(), len(letters))
        return DeadLetterWindow(total, letters, self.deaths[queue](letters))


def _summarize(queue: str, result: PartResult) -> DeadLetterSummary:
    window: DeadLetterWindow | None = result.value
    letters = [] if window is None else window.letters
    reasons = _group([] if window is None else window.deaths)
    return DeadLetterSummary(
        queue=queue,
        total=None if window is None else window.total,
        looked=None if window is None else len(letters),
        died_again=sum(letter.redriven is not None for letter in letters),
        oldest_sent_at=sent_at(letters[0]) if letters else None,
        reasons=reasons[:MOST_REASONS],
        other_reasons=sum(reason.count for reason in reasons[MOST_REASONS:]),
        **msgspec.structs.asdict(result.state),
    )


def _group(deaths: Iterable[Death]) -> list[DeadLetterReasonCount]:
    """By reason and function, the most frequent first."""
    groups: dict[tuple[str, str, str], list[Death]] = {}
    for death in deaths:
        place = (death.reason.code, death.reason.message, death.function)
        groups.setdefault(place, []).append(death)
    counted = [
        DeadLetterReasonCount(
            reason=group[0].reason,
            function=group[0].function,
            died_at=max((death.died_at for death in group if death.died_at), default=None),
            attempts=max((death.attempts for death in group if death.attempts), default=None),
            count=len(group),
        )
        for group in groups.values()
    ]
    return sorted(counted, key=lambda reason: -reason.count)
