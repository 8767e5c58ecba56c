"""Receives messages by long polls of ten into the buffer, while there is room."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass, field

from chalicelib import observability
from chalicelib.analytics.model import ArchivedSearch, parse_message
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.queue import Queue, Received
from chalicelib.errors import InvalidInput
from worker.buffer import MessageBuffer
from worker.counts import Counts
from worker.health import HealthFile
from worker.stop import Stop, full_jitter

LONG_POLL_S = 20
ROOM_CHECK_S = 1.0
# A message that is no search event returns soon, so that it reaches the dead-letter queue, where
# people see it, after seconds and not after five visibility timeouts.
MALFORMED_RETURN_S = 5

_log = observability.logger(__name__)


@dataclass(slots=True)
class Poller:
    """Receives until the stop; what arrives after it goes straight back.

    `note` stores why a message cannot be archived, for its dead letter.
    """

    queue: Queue
    buffer: MessageBuffer
    health: HealthFile
    counts: Counts
    stop: Stop
    _: KW_ONLY
    visibility_timeout_s: int
    note: Callable[[Received, Exception], None]
    _failures: int = field(default=0, init=False)  # in a row
    _wait_s: int = field(default=0, init=False)  # 0 at first: that shows that the queue responds

    def run(self) -> None:
        """Poll until the stop is requested."""
        while not self.stop.requested.is_set():
            if not self.buffer.wait_for_room(ROOM_CHECK_S):
                self.health.touch()  # it waits for the archive, not for the queue
            elif not self.stop.requested.is_set():
                self.poll()

    def poll(self) -> None:
        """Receive once, or back off when the queue fails."""
        try:
            messages = self.queue.receive(
                wait_s=self._wait_s, visibility_timeout_s=self.visibility_timeout_s
            )
        except AWS_ERRORS as error:
            _log.warning(
                "the queue failed", extra={"cause": reason(error), "failures": self._failures + 1}
            )
            self._wait_s = 0
            self.stop.sleep(full_jitter(self._failures))
            self._failures += 1
            return
        self._failures, self._wait_s = 0, LONG_POLL_S
        self.health.touch()
        if self.stop.requested.is_set():
            self._hide(messages, 0)
        else:
            self._accept(messages)

    def _accept(self, messages: list[Received]) -> None:
        malformed: list[tuple[Received, InvalidInput]] = []
        for message in messages:
            try:
                self.buffer.hold(message, _parse_event(message))
            except InvalidInput as error:
                malformed.append((message, error))
        self.counts.add("received", len(messages))
        self.counts.add("malformed", len(malformed))
        self._hide([message for message, _ in malformed], MALFORMED_RETURN_S)
        self._note(malformed)

    def _note(self, malformed: list[tuple[Received, InvalidInput]]) -> None:
        """Best effort: the letters would lack their reasons, and nothing else."""
        try:
            for message, error in malformed:
                self.note(message, error)
        except AWS_ERRORS as error:
            _log.warning("reasons were not stored", extra={"cause": reason(error)})

    def _hide(self, messages: list[Received], timeout_s: int) -> None:
        """Make messages visible after `timeout_s`; a failure leaves their visibility timeout."""
        try:
            self.queue.change_visibility_all(
                [message.receipt_handle for message in messages], timeout_s
            )
        except AWS_ERRORS as error:
            ids = [message.message_id for message in messages]
            _log.warning("messages return late", extra={"cause": reason(error), "message_ids": ids})


def _parse_event(message: Received) -> ArchivedSearch:
    try:
        return parse_message(
            message.body,
            message_id=message.message_id,
            sent_at_ms=message.sent_at_ms,
            trace=message.trace_header,
        )
    except InvalidInput:
        _log.warning(
            "a message is not a search event",
            extra={
                "message_id": message.message_id,
                "receive_count": message.receive_count,
                "body_bytes": len(message.body),
            },
        )
        raise
