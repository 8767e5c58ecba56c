"""Extends the visibility timeout of buffered messages, so that no other worker receives them."""

from dataclasses import dataclass

from chalicelib import observability
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.queue import BATCH, UNCONFIRMED, Queue
from worker.buffer import MessageBuffer
from worker.stop import Stop

CHECKS_PER_HEARTBEAT = 4

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class VisibilityExtender:
    """Extends, every `heartbeat_s`, the visibility of messages that are held longer than that.

    Most messages are deleted before their first heartbeat and cost no call.
    """

    queue: Queue
    buffer: MessageBuffer
    stop: Stop
    heartbeat_s: float
    visibility_timeout_s: int

    def run(self) -> None:
        """Extend until the stop ends."""
        while not self.stop.over.wait(self.heartbeat_s / CHECKS_PER_HEARTBEAT):
            self.extend()

    def extend(self) -> None:
        """Extend what is due; what fails is due again at the next check."""
        due = self.buffer.list_leased(older_than_s=self.heartbeat_s)
        for start in range(0, len(due), BATCH):
            handles = self.buffer.receipt_handles(due[start : start + BATCH])
            try:
                refused = self.queue.change_visibility_all(
                    list(handles.values()), self.visibility_timeout_s
                )
            except AWS_ERRORS as error:
                _log.warning("visibility was not extended", extra={"cause": reason(error)})
                return
            extended = list(handles)
            again = {extended[entry.position] for entry in refused if entry.code == UNCONFIRMED}
            self.buffer.renew(message_id for message_id in extended if message_id not in again)
            if refused:  # most likely deleted meanwhile; else it is delivered again
                codes = sorted({entry.code for entry in refused})
                _log.info("SQS refused to extend", extra={"codes": codes})
