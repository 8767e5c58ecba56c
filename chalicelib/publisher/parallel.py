"""Delivers many at once, in threads: a platform takes seconds, and a batch has to fit in time."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import KW_ONLY, dataclass

from chalicelib import observability
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.stream import StreamRecord
from chalicelib.errors import InvalidInput
from chalicelib.publisher import dispatching
from chalicelib.publisher.leases import DeliveryRef
from chalicelib.publisher.stored import StoredMessage

THREADS = 10
BUDGET_S = 230.0  # of the function's 300, so that a delivery that began may take 60

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class ParallelDelivery:
    """Runs `deliver` for many deliveries; `load` reads their messages, all at once.

    `clock` gives monotonic seconds.
    """

    load: Callable[[Iterable[str]], Mapping[str, StoredMessage]]
    deliver: Callable[[DeliveryRef, StoredMessage | None], None]
    _: KW_ONLY
    clock: Callable[[], float] = time.monotonic

    def handle(self, records: Sequence[StreamRecord]) -> list[str]:
        """Deliver what the records name; returns the sequence numbers of those to come again.

        That is what could not be stored, and what had no time. Whatever else fails, the tick
        looks at it again by the table.
        """
        refs = {record.sequence_number: _read(record) for record in records}
        wanted = {number: ref for number, ref in refs.items() if ref is not None}
        failed = self.deliver_all(list(dict.fromkeys(wanted.values())), self.clock() + BUDGET_S)
        return [number for number, ref in wanted.items() if ref in failed]

    def deliver_all(self, refs: Sequence[DeliveryRef], deadline: float) -> set[DeliveryRef]:
        """Deliver, beginning none after the deadline; returns what is to be tried again."""
        try:
            messages = self.load(ref.message_id for ref in refs)
        except AWS_ERRORS as error:
            fields = {"deliveries": len(refs), "cause": reason(error)}
            _log.warning("messages could not be read", extra=fields)
            return set(refs)
        with ThreadPoolExecutor(THREADS) as pool:
            futures = {
                pool.submit(self._try, ref, messages.get(ref.message_id), deadline): ref
                for ref in refs
            }
            wait(futures)
        return {ref for future, ref in futures.items() if not _is_done(future)}

    def _try(self, ref: DeliveryRef, message: StoredMessage | None, deadline: float) -> bool:
        """Whether nothing has to be repeated by the stream."""
        if self.clock() >= deadline:
            return False
        with observability.request(ref.text):
            try:
                self.deliver(ref, message)
            except AWS_ERRORS as error:
                _log.warning("a delivery could not be stored", extra={"cause": reason(error)})
                return False
            except Exception:  # noqa: BLE001 whatever it is, this delivery alone fails
                _log.exception("a delivery failed")
        return True


def _is_done(future: Future[bool]) -> bool:
    return future.result()


def _read(record: StreamRecord) -> DeliveryRef | None:
    try:
        return dispatching.read(record.data).ref
    except InvalidInput:
        fields = {"sequence_number": record.sequence_number}
        _log.warning("a record is none of ours", extra=fields)
        return None
