"""One SQS queue: batches in which only the failed entries are tried again."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import Any, NamedTuple

import msgspec

from chalicelib import times
from chalicelib.aws import redriven
from chalicelib.aws.calls import split_calls
from chalicelib.aws.failures import translate_errors
from chalicelib.aws.redriven import Redriven
from chalicelib.errors import Unavailable

BATCH = 10  # the most entries SQS takes in one call
MAX_CALL_BYTES = 1024 * 1024  # the most that the bodies of one call may have together
ATTEMPTS = 3
MAX_PAUSE_S = 0.4
UNCONFIRMED = "Unavailable"  # our own code: SQS failed on an entry in every attempt
_COUNTED = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


class Received(msgspec.Struct, frozen=True):
    """One delivery of a message. Times are epoch milliseconds, as SQS gives them."""

    message_id: str
    receipt_handle: str
    body: str
    sent_at_ms: int
    receive_count: int
    trace_header: str | None
    redriven: Redriven | None = None


class Counts(NamedTuple):
    """How many messages a queue holds, as SQS counts them: approximately, some seconds behind."""

    waiting: int
    in_flight: int
    delayed: int


class RefusedEntry(NamedTuple):
    """An entry that SQS did not take, by its position in the call, and SQS's reason."""

    position: int
    code: str


class SqsMapping(NamedTuple):
    """An event source mapping: what its function needs to settle a batch of messages.

    `delete` takes receipt handles; `reports_failures` says that the mapping's flag
    ReportBatchItemFailures is on; `note` stores why a message failed, for its dead letter.
    """

    delete: Callable[[list[str]], list[RefusedEntry]]
    reports_failures: bool
    note: Callable[[Received, Exception], None] | None = None


@dataclass(frozen=True, slots=True)
class Queue:
    """A queue by URL; `client` is a low-level SQS client."""

    client: Any
    url: str
    _: KW_ONLY
    pause: Callable[[float], None] = time.sleep
    now: Callable[[], datetime] = times.now

    @property
    def name(self) -> str:
        """The queue's name, as metrics want it."""
        return self.url.rpartition("/")[2]

    def send(self, body: str, trace_header: str | None = None, *, delay_s: int = 0) -> str:
        """Put one message in the queue, to be delivered after `delay_s` (900 at most).

        Returns its id. Raises Unavailable when the queue did not confirm it.
        """
        later = {"DelaySeconds": delay_s} if delay_s else {}
        with translate_errors("the queue"):
            response = self.client.send_message(
                QueueUrl=self.url, MessageBody=body, **later, **_trace_attribute(trace_header)
            )
        return str(response["MessageId"])

    def send_all(
        self, bodies: Sequence[str], trace_header: str | None = None
    ) -> list[RefusedEntry]:
        """Send in batches of ten; returns what was refused after the failed were tried again."""
        extra = _trace_attribute(trace_header)
        entries = [{"MessageBody": body, **extra} for body in bodies]
        return self._in_batches(self.client.send_message_batch, entries)

    def forward(self, messages: Sequence[Received]) -> list[RefusedEntry]:
        """Send what was received from its dead letters, each message with its own trace header.

        It says that it was redriven and how often, unless its body fills a message to the brim.
        """
        at = times.text(self.now())
        entries = [
            {
                "MessageBody": message.body,
                **_trace_attribute(message.trace_header),
                **(redriven.to_attributes(message.redriven, at) if _has_room(message) else {}),
            }
            for message in messages
        ]
        return self._in_batches(self.client.send_message_batch, entries)

    def counts(self) -> Counts:
        """How many messages there are."""
        with translate_errors("the queue"):
            response = self.client.get_queue_attributes(
                QueueUrl=self.url, AttributeNames=list(_COUNTED)
            )
        return Counts(*(int(response["Attributes"][name]) for name in _COUNTED))

    def total(self) -> int:
        """How many messages there are, held and delayed ones included."""
        return sum(self.counts())

    def receive(
        self, *, wait_s: int, visibility_timeout_s: int, at_most: int = BATCH
    ) -> list[Received]:
        """Up to ten messages, waiting at most `wait_s` (20 at most) for the first.

        With `wait_s` 0 SQS asks some of its servers only, and may overlook messages.
        """
        with translate_errors("the queue"):
            response = self.client.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=at_most,
                WaitTimeSeconds=wait_s,
                VisibilityTimeout=visibility_timeout_s,
                MessageSystemAttributeNames=[
                    "SentTimestamp",
                    "ApproximateReceiveCount",
                    "AWSTraceHeader",
                ],
                MessageAttributeNames=[redriven.COUNT, redriven.LAST_AT],
            )
        return [_read_message(message) for message in response.get("Messages", [])]

    def delete_all(self, receipt_handles: Sequence[str]) -> list[RefusedEntry]:
        """Delete in batches of ten; returns what is left after the failed were tried again."""
        entries = [{"ReceiptHandle": handle} for handle in receipt_handles]
        return self._in_batches(self.client.delete_message_batch, entries)

    def change_visibility_all(
        self, receipt_handles: Sequence[str], timeout_s: int
    ) -> list[RefusedEntry]:
        """Keep messages invisible for `timeout_s` from now; 0 gives them back at once."""
        entries = [
            {"ReceiptHandle": handle, "VisibilityTimeout": timeout_s} for handle in receipt_handles
        ]
        return self._in_batches(self.client.change_message_visibility_batch, entries)

    def _in_batches(
        self, call: Callable[..., dict[str, Any]], entries: Sequence[dict[str, Any]]
    ) -> list[RefusedEntry]:
        refused: list[RefusedEntry] = []
        batches = split_calls(
            range(len(entries)),
            lambda position: _size_bytes(entries[position]),
            max_entries=BATCH,
            max_bytes=MAX_CALL_BYTES,
        )
        for batch in batches:
            refused += self._one_batch(call, {str(index): entries[index] for index in batch})
        return refused

    def _one_batch(
        self, call: Callable[..., dict[str, Any]], entries: dict[str, dict[str, Any]]
    ) -> list[RefusedEntry]:
        """Send one batch, then only what failed of it, with full jitter between the attempts."""
        refused: list[RefusedEntry] = []
        for attempt in range(ATTEMPTS):
            if attempt:
                self.pause(random.uniform(0, MAX_PAUSE_S))  # noqa: S311 jitter, no secret
            with translate_errors("the queue"):
                response = call(
                    QueueUrl=self.url,
                    Entries=[{"Id": number, **entry} for number, entry in entries.items()],
                )
            failed = response.get("Failed", [])
            refused += [_read_refusal(entry) for entry in failed if entry.get("SenderFault")]
            again = {entry["Id"] for entry in failed if not entry.get("SenderFault")}
            entries = {number: entry for number, entry in entries.items() if number in again}
            if not entries:
                return refused
        return refused + [RefusedEntry(int(number), UNCONFIRMED) for number in entries]


def raise_if_refused(refused: Sequence[RefusedEntry]) -> None:
    """Raise Unavailable when anything was refused: callers that need all or nothing."""
    if refused:
        raise Unavailable(f"the queue refused {len(refused)} entries")


def _size_bytes(entry: dict[str, Any]) -> int:
    extra_bytes = redriven.BYTES if "MessageAttributes" in entry else 0
    return len(entry.get("MessageBody", "").encode()) + extra_bytes


def _has_room(message: Received) -> bool:
    return len(message.body.encode()) <= MAX_CALL_BYTES - redriven.BYTES


def _read_refusal(entry: dict[str, Any]) -> RefusedEntry:
    return RefusedEntry(int(entry["Id"]), str(entry.get("Code", "")))


def _trace_attribute(trace_header: str | None) -> dict[str, Any]:
    if trace_header is None:
        return {}
    value = {"DataType": "String", "StringValue": trace_header}
    return {"MessageSystemAttributes": {"AWSTraceHeader": value}}


def _read_message(message: dict[str, Any]) -> Received:
    attributes = message.get("Attributes", {})
    return Received(
        message_id=message["MessageId"],
        receipt_handle=message["ReceiptHandle"],
        body=message["Body"],
        sent_at_ms=int(attributes.get("SentTimestamp", 0)),
        receive_count=int(attributes.get("ApproximateReceiveCount", 1)),
        trace_header=attributes.get("AWSTraceHeader"),
        redriven=redriven.read_attributes(message),
    )
