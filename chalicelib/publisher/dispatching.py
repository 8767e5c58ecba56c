"""Hands deliveries to the stream, the fast path: what it refuses, the tick finds in the table."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from chalicelib import observability
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.errors import InvalidInput
from chalicelib.publisher.leases import DeliveryRef
from chalicelib.publisher.model import MessageStatus
from chalicelib.publisher.store import Loaded, list_due

# Partition key and data of each record; returns the positions of what was refused.
PutAll = Callable[[Sequence[tuple[str, bytes]]], list[int]]

_log = observability.logger(__name__)


class Dispatch(msgspec.Struct, frozen=True):
    """A stream record: which delivery of which message, and the trace that it belongs to."""

    v: int
    id: str
    ch: str
    trace: str | None = None

    @property
    def ref(self) -> DeliveryRef:
        """The delivery."""
        return DeliveryRef(self.id, self.ch)


def read(data: bytes) -> Dispatch:
    """The record's content.

    Raises InvalidInput for what this product does not write.
    """
    try:
        return msgspec.json.decode(data, type=Dispatch)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise InvalidInput("the record is not one of a delivery") from error


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Puts deliveries on the stream, keyed by delivery, so that one is handled after another."""

    put_all: PutAll

    def send_queued(self, loaded: Loaded, at: str, trace_header: str | None) -> None:
        """Put the deliveries of a message that was just written on the stream, if it may go."""
        if loaded.message.status is MessageStatus.QUEUED:
            self.send(list_refs(loaded, at), trace_header)

    def send(self, refs: Sequence[DeliveryRef], trace_header: str | None) -> list[DeliveryRef]:
        """Put deliveries on the stream; returns those that it did not take. Never raises."""
        if not refs:
            return []
        records = [
            (ref.text, msgspec.json.encode(Dispatch(1, *ref, trace=trace_header))) for ref in refs
        ]
        try:
            refused = self.put_all(records)
        except AWS_ERRORS as error:
            fields = {"deliveries": len(refs), "cause": reason(error)}
            _log.warning("the stream took no deliveries", extra=fields)
            return list(refs)
        return [refs[position] for position in refused]


def list_refs(loaded: Loaded, at: str) -> list[DeliveryRef]:
    """The deliveries of a message that may be attempted at `at`."""
    return [
        DeliveryRef(loaded.message.id, delivery.name)
        for delivery in list_due(loaded.deliveries, at)
    ]
