"""Delivers a shard's records to the function as Lambda does: in order, bisected, retried.

The checkpoint advances with each record that succeeded. It passes a record that keeps failing only
after that record's position is in the failure queue. So a kill at any point delivers records again
and loses none.
"""

import json
import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from chalicelib.aws.queue import Queue
from chalicelib.observability import logger
from infra.local.event_sources.batch_response import find_failed_ids
from infra.local.event_sources.invocation_record import (
    RETRIES_EXHAUSTED,
    TOO_OLD,
    FailedInvocation,
    build_invocation_record,
)
from infra.local.event_sources.lambda_context import LambdaContext
from infra.local.event_sources.payload_limit import split_by_payload
from infra.local.event_sources.source import Handler
from infra.local.event_sources.stream_event import (
    Record,
    get_arrival_epoch_s,
    get_sequence_number,
)

FIRST_PAUSE_S = 0.1
MAX_PAUSE_S = 3.0

_log = logger(__name__)


class DeliverySettings(NamedTuple):
    """Settings for all shards of a mapping; with `failures` None exhausted records are dropped."""

    function: str
    stream_arn: str
    handler: Handler
    reports_failures: bool
    retries: int
    record_age_s: float
    failures: Queue | None


class InvocationResult(NamedTuple):
    """`succeeded` counts the records before the first failure."""

    succeeded: int
    context: LambdaContext
    raised: bool


class Delivery:
    """The deliveries of one shard, one at a time."""

    def __init__(
        self, settings: DeliverySettings, shard_id: str, advance: Callable[[str], None]
    ) -> None:
        self._settings = settings
        self._shard_id = shard_id
        self._advance = advance

    def deliver(self, records: Sequence[Record], stop: threading.Event) -> bool:
        """Deliver the records; return False if the stop came before all were handled.

        Raises Unavailable if the failure queue does not respond.
        """
        waiting = list(split_by_payload(records))[::-1]
        while waiting:
            batch = self._give_up_old(waiting.pop())
            if not batch:
                continue
            result = self._invoke(batch)
            rest = batch[result.succeeded :]
            if not rest:
                continue
            if stop.is_set():
                return False
            if len(rest) < len(batch):
                waiting.append(rest)  # Lambda continues from the first failed record
            elif len(rest) > 1:
                middle = len(rest) // 2  # splitting a batch does not count as a retry
                waiting += [rest[middle:], rest[:middle]]
            elif not self._retry(rest, result, stop):
                return False
        return True

    def _retry(self, batch: list[Record], result: InvocationResult, stop: threading.Event) -> bool:
        """Retry one record until it succeeds or its retries are exhausted."""
        invocations = 1
        for attempt in range(self._settings.retries):
            if self._is_too_old(batch[0]):
                break
            if stop.wait(min(MAX_PAUSE_S, FIRST_PAUSE_S * 2**attempt)):
                return False
            result = self._invoke(batch)
            invocations += 1
            if result.succeeded:
                return True
        condition = RETRIES_EXHAUSTED if invocations > self._settings.retries else TOO_OLD
        self._give_up(
            batch, FailedInvocation(result.context, invocations, condition, raised=result.raised)
        )
        return True

    def _give_up_old(self, batch: list[Record]) -> list[Record]:
        """Give up the records at the beginning that are too old; returns the others."""
        young = next(
            (i for i, record in enumerate(batch) if not self._is_too_old(record)), len(batch)
        )
        if young:
            context = self._make_context()
            self._give_up(batch[:young], FailedInvocation(context, 0, TOO_OLD, raised=False))
        return batch[young:]

    def _make_context(self) -> LambdaContext:
        region, account = self._settings.stream_arn.split(":")[3:5]
        return LambdaContext(self._settings.function, region=region, account=account)

    def _is_too_old(self, record: Record) -> bool:
        arrived_s = get_arrival_epoch_s(record)
        return 0 < arrived_s < time.time() - self._settings.record_age_s

    def _invoke(self, batch: list[Record]) -> InvocationResult:
        context = self._make_context()
        try:
            response = self._settings.handler({"Records": batch}, context)
        except Exception:  # noqa: BLE001 any error: Lambda would deliver the batch again
            _log.exception("a function failed", extra=self._build_log_fields(batch))
            return InvocationResult(0, context, raised=True)
        succeeded = self._count_succeeded(response, batch)
        if succeeded < len(batch):
            fields = {
                **self._build_log_fields(batch),
                "from": get_sequence_number(batch[succeeded]),
            }
            _log.warning("a function reported a failure", extra=fields)
        if succeeded:
            self._advance(get_sequence_number(batch[succeeded - 1]))
        return InvocationResult(succeeded, context, raised=False)

    def _count_succeeded(self, response: object, batch: list[Record]) -> int:
        """The number of records before the first that the response reports."""
        numbers = [get_sequence_number(record) for record in batch]
        if not self._settings.reports_failures:
            return len(batch)
        failed = find_failed_ids(response, frozenset(numbers))
        return next((i for i, number in enumerate(numbers) if number in failed), len(batch))

    def _give_up(self, batch: list[Record], failure: FailedInvocation) -> None:
        text = json.dumps(
            build_invocation_record(batch, self._shard_id, self._settings.stream_arn, failure)
        )
        if self._settings.failures is not None:
            self._settings.failures.send(text)
        _log.error("a function gave up on records", extra=self._build_log_fields(batch))
        self._advance(get_sequence_number(batch[-1]))

    def _build_log_fields(self, batch: list[Record]) -> dict[str, object]:
        return {"function": self._settings.function, "records": len(batch)}
