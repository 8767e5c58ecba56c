"""SQS queues: long polls, batches, and deletion of what succeeded, as Lambda's mapping does it."""

import threading
import time
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from chalice.app import SQSEventConfig

from chalicelib.aws import Timeouts
from chalicelib.aws.failures import translated
from chalicelib.aws.queue import BATCH, Queue
from chalicelib.errors import Unavailable
from chalicelib.observability import logger
from infra.local.event_sources.answers import failed_ids
from infra.local.event_sources.context import LambdaContext
from infra.local.event_sources.invocations import Invocations
from infra.local.event_sources.payload_limit import invocations_of
from infra.local.event_sources.source import Handler, Step, Surroundings
from infra.local.event_sources.sqs_event import sqs_records

CONCURRENCY = 5  # Lambda starts with five at once
LONG_POLL_S = 1  # not 20: the stop waits for a poll, and one that is cut off may take messages
SHORT_POLL_PAUSE_S = 0.05
CALL = Timeouts(connect_s=1, read_s=5, attempts=2)
CONNECTIONS = 50

_log = logger(__name__)


class Address(NamedTuple):
    """Where a queue is."""

    url: str
    arn: str


def steps(config: SQSEventConfig, handler: Handler, around: Surroundings) -> list[Step]:
    """The one poller of a mapping: idle queues cost one long poll at a time."""
    mapping = QueueMapping(config, handler, around)
    return [Step(config.name, mapping.poll, mapping.finish)]


class QueueMapping:
    """An event source mapping: one queue and the function that it feeds."""

    def __init__(self, config: SQSEventConfig, handler: Handler, around: Surroundings) -> None:
        self._config = config
        self._handler = handler
        self._around = around
        self._client = around.aws.client("sqs", CALL, connections=CONNECTIONS)
        self._invocations = Invocations(config.name, config.maximum_concurrency or CONCURRENCY)
        self._known: Address | None = None

    def poll(self, stop: threading.Event) -> None:
        """Gather one batch, if there are messages, and begin to have it handled.

        Nothing is received before it can be handled: it would wait out its visibility timeout.
        Raises Unavailable when the queue does not answer.
        """
        if not self._invocations.reserve(stop):
            return
        messages: list[dict[str, Any]] = []
        try:
            address = self._address()
            messages = self._gather(address, LONG_POLL_S, stop)
        finally:
            if not messages:
                self._invocations.give_back()
        if messages:
            self._invocations.begin(partial(self._work, address, messages, stop))

    def finish(self) -> None:
        """Wait for the batches in hand."""
        self._invocations.wait()

    def _address(self) -> Address:
        """The queue's address, asked for once it exists."""
        if self._known is None:
            name = self._config.queue or str(self._config.queue_arn).rsplit(":", 1)[-1]
            with translated("the queue"):
                url = self._client.get_queue_url(QueueName=name)["QueueUrl"]
                if self._around.endpoint_url is not None:  # it may name an earlier port
                    url = self._around.endpoint_url + urlsplit(url).path
                asked = self._client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
            self._known = Address(url, asked["Attributes"]["QueueArn"])
        return self._known

    def _work(
        self, address: Address, messages: list[dict[str, Any]], stop: threading.Event
    ) -> None:
        """Handle a batch, and more of them beside the poller as long as they are full.

        So the mapping grows to its concurrency while there is a backlog, and only then.
        """
        while messages:
            for batch in invocations_of(sqs_records(messages, address.arn, self._around.region)):
                self._handle(address, batch)
            is_full = len(messages) == self._config.batch_size
            messages = self._gather(address, 0, stop) if is_full and not stop.is_set() else []

    def _gather(self, address: Address, wait_s: int, stop: threading.Event) -> list[dict[str, Any]]:
        """A full batch, or what came within the batching window after the first message."""
        size = self._config.batch_size
        messages = self._receive(address, size, wait_s)
        closes_at = time.monotonic() + self._config.maximum_batching_window_in_seconds
        while 0 < len(messages) < size and not stop.is_set():
            left_s = closes_at - time.monotonic()
            if left_s <= 0:
                break
            try:
                more = self._receive(address, size - len(messages), min(LONG_POLL_S, int(left_s)))
            except Unavailable:
                break  # what was received is handled; the next poll reports the failure
            messages += more
            if not more:
                stop.wait(min(SHORT_POLL_PAUSE_S, left_s))
        return messages

    def _receive(self, address: Address, most: int, wait_s: int) -> list[dict[str, Any]]:
        with translated("the queue"):
            answer = self._client.receive_message(
                QueueUrl=address.url,
                MaxNumberOfMessages=min(most, BATCH),
                WaitTimeSeconds=wait_s,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def _handle(self, address: Address, records: list[dict[str, Any]]) -> None:
        """Call the function, then delete what succeeded; the rest comes back by itself."""
        try:
            answer = self._handler({"Records": records}, LambdaContext(self._config.name))
        except Exception:  # noqa: BLE001 whatever it is, Lambda would deliver the batch again
            _log.exception("a function failed", extra=self._fields(records))
            return
        failed = self._failed(answer, records)
        done = [one["receiptHandle"] for one in records if one["messageId"] not in failed]
        if done and (left := Queue(self._client, address.url).delete_all(done)):
            _log.warning("messages could not be deleted", extra={"left": len(left)})

    def _failed(self, answer: Any, records: list[dict[str, Any]]) -> frozenset[str]:
        if not self._around.reports_failures:
            return frozenset()
        failed = failed_ids(answer, frozenset(one["messageId"] for one in records))
        if failed:
            fields = {**self._fields(records), "failed": len(failed)}
            _log.warning("a function reported failures", extra=fields)
        return failed

    def _fields(self, records: list[dict[str, Any]]) -> dict[str, Any]:
        return {"function": self._config.name, "messages": len(records)}
