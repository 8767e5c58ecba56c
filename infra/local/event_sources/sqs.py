"""SQS queues: long polling, batching, and deletion of handled messages, as Lambda does."""

import threading
import time
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from chalice.app import SQSEventConfig

from chalicelib.aws import Timeouts
from chalicelib.aws.failures import translate_errors
from chalicelib.aws.queue import BATCH, Queue
from chalicelib.errors import Unavailable
from chalicelib.observability import logger
from infra.local.event_sources.batch_response import find_failed_ids
from infra.local.event_sources.invocations import InvocationPool
from infra.local.event_sources.lambda_context import LambdaContext
from infra.local.event_sources.payload_limit import split_by_payload
from infra.local.event_sources.source import Handler, SourceDependencies, SourcePoller
from infra.local.event_sources.sqs_event import build_sqs_records

CONCURRENCY = 5  # Lambda starts with five concurrent batches
SHORT_POLL_PAUSE_S = 0.05
CALL = Timeouts(connect_s=1, read_s=4, attempts=2)  # and the time that a poll waits
CONNECTIONS = 50

_log = logger(__name__)


class QueueAddress(NamedTuple):
    """URL and ARN of a queue."""

    url: str
    arn: str


def build_pollers(
    config: SQSEventConfig, handler: Handler, dependencies: SourceDependencies
) -> list[SourcePoller]:
    """One poller for the mapping: an idle queue needs one long poll at a time."""
    mapping = QueueMapping(config, handler, dependencies)
    return [SourcePoller(config.name, mapping.poll, mapping.finish)]


class QueueMapping:
    """An event source mapping: one queue and the function that it invokes."""

    def __init__(
        self, config: SQSEventConfig, handler: Handler, dependencies: SourceDependencies
    ) -> None:
        self._config = config
        self._handler = handler
        self._dependencies = dependencies
        self._client = dependencies.aws.client(
            "sqs",
            CALL._replace(read_s=CALL.read_s + dependencies.long_poll_s),
            connections=CONNECTIONS,
        )
        self._invocations = InvocationPool(config.name, config.maximum_concurrency or CONCURRENCY)
        self._address: QueueAddress | None = None

    def poll(self, stop: threading.Event) -> None:
        """Receive one batch, if there are messages, and start to handle it.

        Messages are received only when they can be handled: else their visibility timeout would
        pass. Raises Unavailable if the queue does not respond.
        """
        if not self._invocations.reserve(stop):
            return
        messages: list[dict[str, Any]] = []
        try:
            address = self._find_address()
            messages = self._gather(address, self._dependencies.long_poll_s, stop)
        finally:
            if not messages:
                self._invocations.release()
        if messages:
            self._invocations.start(partial(self._handle_backlog, address, messages, stop))

    def finish(self) -> None:
        """Wait for the batches that are being handled."""
        self._invocations.wait()

    def _find_address(self) -> QueueAddress:
        """The queue's address, requested once."""
        if self._address is None:
            name = self._config.queue or str(self._config.queue_arn).rsplit(":", 1)[-1]
            with translate_errors("the queue"):
                url = self._client.get_queue_url(QueueName=name)["QueueUrl"]
                if self._dependencies.endpoint_url is not None:  # it may name an earlier port
                    url = self._dependencies.endpoint_url + urlsplit(url).path
                attributes = self._client.get_queue_attributes(
                    QueueUrl=url, AttributeNames=["QueueArn"]
                )
            self._address = QueueAddress(url, attributes["Attributes"]["QueueArn"])
        return self._address

    def _handle_backlog(
        self, address: QueueAddress, messages: list[dict[str, Any]], stop: threading.Event
    ) -> None:
        """Handle a batch, and receive and handle more as long as they are full.

        So the mapping scales to its maximum concurrency only while there is a backlog.
        """
        while messages:
            for batch in split_by_payload(
                build_sqs_records(messages, address.arn, self._dependencies.region)
            ):
                self._handle(address, batch)
            is_full = len(messages) == self._config.batch_size
            messages = self._gather(address, 0, stop) if is_full and not stop.is_set() else []

    def _gather(
        self, address: QueueAddress, wait_s: int, stop: threading.Event
    ) -> list[dict[str, Any]]:
        """A full batch, or the messages within the batching window after the first."""
        size = self._config.batch_size
        messages = self._receive(address, size, wait_s)
        closes_monotonic_s = time.monotonic() + self._config.maximum_batching_window_in_seconds
        while 0 < len(messages) < size and not stop.is_set():
            left_s = closes_monotonic_s - time.monotonic()
            if left_s <= 0:
                break
            wait_s = min(self._dependencies.long_poll_s, int(left_s))
            try:
                more = self._receive(address, size - len(messages), wait_s)
            except Unavailable:
                break  # received messages are handled; the next poll reports the failure
            messages += more
            if not more:
                stop.wait(min(SHORT_POLL_PAUSE_S, left_s))
        return messages

    def _receive(self, address: QueueAddress, limit: int, wait_s: int) -> list[dict[str, Any]]:
        with translate_errors("the queue"):
            response = self._client.receive_message(
                QueueUrl=address.url,
                MaxNumberOfMessages=min(limit, BATCH),
                WaitTimeSeconds=wait_s,
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
        messages: list[dict[str, Any]] = response.get("Messages", [])
        return messages

    def _handle(self, address: QueueAddress, records: list[dict[str, Any]]) -> None:
        """Invoke the function, then delete what succeeded; failed messages become visible again."""
        try:
            response = self._handler({"Records": records}, LambdaContext(self._config.name))
        except Exception:  # noqa: BLE001 any error: Lambda would deliver the batch again
            _log.exception("a function failed", extra=self._build_log_fields(records))
            return
        failed = self._find_failed(response, records)
        handled = [
            record["receiptHandle"] for record in records if record["messageId"] not in failed
        ]
        if handled and (left := Queue(self._client, address.url).delete_all(handled)):
            _log.warning("messages could not be deleted", extra={"left": len(left)})

    def _find_failed(self, response: Any, records: list[dict[str, Any]]) -> frozenset[str]:
        if not self._dependencies.reports_failures:
            return frozenset()
        failed = find_failed_ids(response, frozenset(record["messageId"] for record in records))
        if failed:
            fields = {**self._build_log_fields(records), "failed": len(failed)}
            _log.warning("a function reported failures", extra=fields)
        return failed

    def _build_log_fields(self, records: list[dict[str, Any]]) -> dict[str, Any]:
        return {"function": self._config.name, "messages": len(records)}
