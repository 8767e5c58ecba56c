"""Hands a shard's records to the function as Lambda does: in order, halved and retried on error.

The checkpoint follows what succeeded, record by record; it passes a record that keeps failing
only when that record's position is in the failure queue. So a kill at any point makes records
come again and loses none.
"""

import json
import threading
from collections.abc import Callable, Sequence
from typing import NamedTuple

from chalicelib.aws.queue import Queue
from chalicelib.observability import logger
from infra.local.event_sources.answers import failed_ids
from infra.local.event_sources.context import LambdaContext
from infra.local.event_sources.failure_letter import Failure, letter
from infra.local.event_sources.payload_limit import invocations_of
from infra.local.event_sources.source import Handler
from infra.local.event_sources.stream_event import Record, sequence_number

FIRST_PAUSE_S = 0.1
MAX_PAUSE_S = 3.0

_log = logger(__name__)


class Mapping(NamedTuple):
    """What is the same for every shard of a mapping; `failures` None drops what keeps failing."""

    function: str
    stream_arn: str
    handler: Handler
    reports_failures: bool
    retries: int
    failures: Queue | None


class Outcome(NamedTuple):
    """How many records from the first on succeeded, and what the invocation was."""

    succeeded: int
    context: LambdaContext
    raised: bool


class Delivery:
    """The deliveries of one shard, one at a time."""

    def __init__(self, mapping: Mapping, shard_id: str, advance: Callable[[str], None]) -> None:
        self._mapping = mapping
        self._shard_id = shard_id
        self._advance = advance

    def deliver(self, records: Sequence[Record], stop: threading.Event) -> bool:
        """Have the records handled; False when the stop came before all of them were.

        Raises Unavailable when the failure queue does not answer.
        """
        waiting = list(invocations_of(records))[::-1]
        while waiting:
            batch = waiting.pop()
            outcome = self._invoke(batch)
            rest = batch[outcome.succeeded :]
            if not rest:
                continue
            if stop.is_set():
                return False
            if len(rest) < len(batch):
                waiting.append(rest)  # Lambda goes on from the first that failed
            elif len(rest) > 1:
                middle = len(rest) // 2  # splitting a batch does not count as a retry
                waiting += [rest[middle:], rest[:middle]]
            elif not self._retry(rest, outcome, stop):
                return False
        return True

    def _retry(self, batch: list[Record], outcome: Outcome, stop: threading.Event) -> bool:
        """Try one record again until it succeeds or its retries are used up."""
        for attempt in range(self._mapping.retries):
            if stop.wait(min(MAX_PAUSE_S, FIRST_PAUSE_S * 2**attempt)):
                return False
            outcome = self._invoke(batch)
            if outcome.succeeded:
                return True
        self._give_up(batch, outcome)
        return True

    def _invoke(self, batch: list[Record]) -> Outcome:
        context = LambdaContext(self._mapping.function)
        try:
            answer = self._mapping.handler({"Records": batch}, context)
        except Exception:  # noqa: BLE001 whatever it is, Lambda would deliver the batch again
            _log.exception("a function failed", extra=self._fields(batch))
            return Outcome(0, context, raised=True)
        succeeded = self._succeeded(answer, batch)
        if succeeded < len(batch):
            fields = {**self._fields(batch), "from": sequence_number(batch[succeeded])}
            _log.warning("a function reported a failure", extra=fields)
        if succeeded:
            self._advance(sequence_number(batch[succeeded - 1]))
        return Outcome(succeeded, context, raised=False)

    def _succeeded(self, answer: object, batch: list[Record]) -> int:
        """How many records stand before the first that the answer reports."""
        numbers = [sequence_number(record) for record in batch]
        if not self._mapping.reports_failures:
            return len(batch)
        failed = failed_ids(answer, frozenset(numbers))
        return next((at for at, each in enumerate(numbers) if each in failed), len(batch))

    def _give_up(self, batch: list[Record], outcome: Outcome) -> None:
        failure = Failure(outcome.context, self._mapping.retries + 1, outcome.raised)
        text = json.dumps(letter(batch, self._shard_id, self._mapping.stream_arn, failure))
        if self._mapping.failures is not None:
            self._mapping.failures.send(text)
        _log.error("a function gave up on records", extra=self._fields(batch))
        self._advance(sequence_number(batch[-1]))

    def _fields(self, batch: list[Record]) -> dict[str, object]:
        return {"function": self._mapping.function, "records": len(batch)}
