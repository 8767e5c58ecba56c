"""Delivers many at once, in threads: a platform takes seconds, and a batch has to fit in time."""

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType

from chalicelib import observability
from chalicelib.aws.attributes import Item
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.stream import StreamRecord
from chalicelib.errors import InvalidInput
from chalicelib.publisher import dispatching
from chalicelib.publisher.dispatching import Dispatch
from chalicelib.publisher.leases import DeliveryRef

THREADS = 10
BUDGET_S = 230.0  # of the function's 300, so that a delivery that began may take 60

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class ParallelDelivery:
    """Runs `deliver` for many deliveries; `load` gets their messages' items, all at once.

    `clock` gives monotonic seconds.
    """

    load: Callable[[Iterable[str]], Mapping[str, Item]]
    deliver: Callable[[DeliveryRef, Item | None], None]
    _: KW_ONLY
    tracing: str = "active"
    clock: Callable[[], float] = time.monotonic

    def handle(self, records: Sequence[StreamRecord]) -> list[str]:
        """Deliver what the records name; returns the sequence numbers of those to come again.

        That is what could not be stored, and what had no time. Whatever else fails, the tick
        looks at it again by the table.
        """
        found = {record.sequence_number: _read(record) for record in records}
        wanted = {number: dispatch for number, dispatch in found.items() if dispatch is not None}
        causes = {dispatch.ref: dispatch.trace for dispatch in wanted.values()}
        failed = self.deliver_all(list(causes), self.clock() + BUDGET_S, causes)
        return [number for number, dispatch in wanted.items() if dispatch.ref in failed]

    def deliver_all(
        self,
        refs: Sequence[DeliveryRef],
        deadline: float,
        causes: Mapping[DeliveryRef, str | None] = MappingProxyType({}),
    ) -> set[DeliveryRef]:
        """Deliver, beginning none after the deadline; returns what is to be tried again.

        `causes` are the trace headers of the requests that caused deliveries.
        """
        try:
            items = self.load(ref.message_id for ref in refs)
        except AWS_ERRORS as error:
            fields = {"deliveries": len(refs), "cause": reason(error)}
            _log.warning("messages could not be read", extra=fields)
            return set(refs)

        def try_one(ref: DeliveryRef) -> bool:
            return self._try(ref, items.get(ref.message_id), deadline, causes.get(ref))

        with ThreadPoolExecutor(THREADS) as pool:
            done = pool.map(try_one, refs)
        return {ref for ref, is_done in zip(refs, done, strict=True) if not is_done}

    def _try(self, ref: DeliveryRef, item: Item | None, deadline: float, cause: str | None) -> bool:
        """Whether nothing has to be repeated by the stream."""
        if self.clock() >= deadline:
            return False
        with (
            observability.request(ref.text),
            observability.trace_part(self.tracing, "deliver", cause),
        ):
            try:
                self.deliver(ref, item)
            except AWS_ERRORS as error:
                _log.warning("a delivery could not be stored", extra={"cause": reason(error)})
                return False
            except Exception:  # noqa: BLE001 whatever it is, this delivery alone fails
                _log.exception("a delivery failed")
        return True


def _read(record: StreamRecord) -> Dispatch | None:
    try:
        return dispatching.read(record.data)
    except InvalidInput:
        fields = {"sequence_number": record.sequence_number}
        _log.warning("a record is none of ours", extra=fields)
        return None
