"""Sends messages of log records to the queue; what it does not take is returned by position."""

from collections.abc import Sequence
from dataclasses import KW_ONLY, dataclass

from chalicelib import observability
from chalicelib.aws.calls import split_calls
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.queue import BATCH, MAX_CALL_BYTES, Queue
from chalicelib.tenant_logs.queueing.claim_checks import ClaimCheckStore
from chalicelib.tenant_logs.queueing.packing import QueueMessage, encode_claim

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class Outbox:
    """Sends messages; those beyond `message_bytes` go by claim check."""

    queue: Queue
    claims: ClaimCheckStore
    _: KW_ONLY
    message_bytes: int

    def send(self, messages: Sequence[QueueMessage], trace_header: str | None) -> list[int]:
        """Send all; returns the positions of the records that the queue did not confirm.

        Never fails. Once a call fails for good the rest is not tried: the caller waits.
        """
        ready = self._bodies(messages)
        unsent = set(range(len(messages))) - ready.keys()
        # By calls, so that each fails by itself.
        calls = split_calls(
            ready,
            lambda index: len(ready[index].encode()),
            max_entries=BATCH,
            max_bytes=MAX_CALL_BYTES,
        )
        for call in calls:
            refused = self._call(call, ready, trace_header)
            unsent |= set(refused)
            if len(refused) == len(call):
                unsent |= {index for index in ready if index > call[-1]}
                break
        return [position for index in unsent for position in messages[index].positions]

    def _bodies(self, messages: Sequence[QueueMessage]) -> dict[int, str]:
        """The messages by index; without those of claims that the bucket did not keep."""
        bodies: dict[int, str] = {}
        is_bucket_up = True
        for index, message in enumerate(messages):
            if message.body_bytes <= self.message_bytes:
                bodies[index] = message.body
            elif is_bucket_up:
                try:
                    claim = self.claims.put(message.tenant_id, message.body)
                    bodies[index] = encode_claim(message, claim)
                except AWS_ERRORS as error:
                    _log.error("a claim was not kept", extra={"cause": reason(error)})
                    is_bucket_up = False
        return bodies

    def _call(
        self, indexes: list[int], bodies: dict[int, str], trace_header: str | None
    ) -> list[int]:
        """One call of the queue's; returns which of `indexes` it refused."""
        try:
            refused = self.queue.send_all([bodies[index] for index in indexes], trace_header)
        except AWS_ERRORS as error:
            _log.error("the queue took nothing", extra={"cause": reason(error)})
            return indexes
        if refused:
            codes = sorted({entry.code for entry in refused})
            _log.error(
                "the queue refused messages", extra={"refused": len(refused), "codes": codes}
            )
        return [indexes[entry.position] for entry in refused]
