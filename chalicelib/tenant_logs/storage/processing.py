"""Queued log records into their table: a batch of messages at once, each failing by itself."""

import time
from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import NamedTuple

from chalicelib import observability
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.queue import Received
from chalicelib.aws.state import State
from chalicelib.errors import InvalidInput, NotFound, Unavailable
from chalicelib.tenant_logs.model import LogRecord
from chalicelib.tenant_logs.queueing import packing
from chalicelib.tenant_logs.queueing.claim_checks import ClaimCheckStore
from chalicelib.tenant_logs.storage.writer import LogWriter, WriteResult

DUPLICATES = "log_duplicates"
EXPIRED = "log_expired"
# A batch's simulated work must end before its messages are delivered again, 30 s on a laptop.
MAX_WORK_S = 20.0

_log = observability.logger(__name__)


class _Load(NamedTuple):
    """What a message brought: its records, and the key of the claim that held them."""

    message: Received
    records: list[LogRecord]
    claim: str | None

    @property
    def is_repeated(self) -> bool:
        """Whether the message was delivered before."""
        return self.message.receive_count > 1


@dataclass(frozen=True, slots=True)
class Processing:
    """Writes what the queue holds; `work` is done on each batch, by its texts' characters."""

    writer: LogWriter
    claims: ClaimCheckStore
    state: State
    _: KW_ONLY
    work: Callable[[int], None]
    now: Callable[[], datetime]

    def process(self, messages: Sequence[Received]) -> dict[str, Exception]:
        """Write the records of messages; returns why each that failed did, by message id.

        What is sound in a failed message is written all the same, and over itself with the next
        delivery.
        """
        loads: list[_Load] = []
        failed: dict[str, Exception] = {}
        for message in messages:
            with observability.request(message.message_id):
                try:
                    loads.append(self._load(message))
                except Exception as error:  # noqa: BLE001 whatever it is, this message alone fails
                    fields = {"receives": message.receive_count, "cause": reason(error)}
                    _log.exception("a message failed", extra=fields)
                    failed[message.message_id] = error
        return failed | self._write(loads)

    def _load(self, received: Received) -> _Load:
        """The records of a message.

        Raises InvalidInput for a bad one, NotFound for a claim that is gone.
        """
        message = packing.decode(received.body)
        if message.claim is None:
            return _Load(received, message.records, None)
        try:
            held = packing.decode(self.claims.get(message.tenant_id, message.claim))
        except NotFound:
            # The claim was deleted when its record was stored, by a delivery before this one.
            if message.sk is not None and self.writer.has(message.tenant_id, message.sk):
                return _Load(received, [], None)
            raise
        if held.tenant_id != message.tenant_id:
            raise InvalidInput("the claim is another tenant's")
        return _Load(received, held.records, message.claim)

    def _write(self, loads: list[_Load]) -> dict[str, Exception]:
        owned = [(index, record) for index, load in enumerate(loads) for record in load.records]
        alive = [(index, record) for index, record in owned if self._is_alive(record)]
        self.work(sum(len(record.text) for _, record in alive))
        repeated = {n for n, (index, _) in enumerate(alive) if loads[index].is_repeated}
        written = self.writer.write([record for _, record in alive], repeated)
        results: list[list[WriteResult]] = [[] for _ in loads]
        for (index, _), result in zip(alive, written, strict=True):
            results[index].append(result)
        self._count(EXPIRED, len(owned) - len(alive))
        self._count(DUPLICATES, written.count(WriteResult.DUPLICATE))
        for load, of_load in zip(loads, results, strict=True):
            # A duplicate's claim stays: without it the next delivery would find nothing stored.
            if load.claim is not None and set(of_load) == {WriteResult.STORED}:
                self.claims.delete(load.claim)
        return {
            load.message.message_id: Unavailable("the database did not take all of its records")
            for load, of_load in zip(loads, results, strict=True)
            if WriteResult.FAILED in of_load
        }

    def _is_alive(self, record: LogRecord) -> bool:
        return record.expires_at > self.now().timestamp()

    def _count(self, name: str, amount: int) -> None:
        """Count it for operators; a count that fails must not bring the records back."""
        if not amount:
            return
        _log.info("records were left out", extra={"counter": name, "amount": amount})
        try:
            self.state.count(name, amount)
        except AWS_ERRORS as error:
            fields = {"counts": {name: amount}, "cause": reason(error)}
            _log.warning("counts were not confirmed", extra=fields)


def simulate_work(
    ms_per_char: float, pause: Callable[[float], None] = time.sleep
) -> Callable[[int], None]:
    """Simulate heavy processing: so long for each character of a batch, and 20 s at most."""

    def work(characters: int) -> None:
        work_s = characters * ms_per_char / 1000
        if work_s:
            pause(min(work_s, MAX_WORK_S))

    return work
