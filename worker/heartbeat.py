"""The worker's heartbeat: a record in `OmniState` that operators can read."""

from typing import Any

from chalicelib import observability, times
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.state import State
from chalicelib.ids import join_key, require_id
from worker.buffer import MessageBuffer
from worker.counts import Counts
from worker.stop import Stop

HEARTBEAT_S = 15.0

_log = observability.logger(__name__)


class Heartbeat:
    """Writes every 15 s what this worker did and holds; a failed write never stops the work."""

    def __init__(
        self, state: State, buffer: MessageBuffer, counts: Counts, stop: Stop, *, worker_id: str
    ) -> None:
        self._state = state
        self._buffer = buffer
        self._counts = counts
        self._stop = stop
        self._who = join_key("worker", require_id(worker_id, "WORKER_ID"))
        self._started_at = times.text(times.now())

    def run(self) -> None:
        """Beat until the stop is requested."""
        self.beat("running")
        while not self._stop.requested.wait(HEARTBEAT_S):
            self.beat("running")

    def beat(self, status: str) -> None:
        """Write the record: counts since the start, messages held now, times in UTC."""
        facts: dict[str, Any] = {
            "status": status,
            "at": times.text(times.now()),
            "started_at": self._started_at,
            "last_flush_at": self._counts.last_flush_at,
            "buffered": len(self._buffer),
            **self._counts.get("received", "archived", "deleted", "malformed", "parts"),
        }
        try:
            self._state.beat(self._who, facts)
        except AWS_ERRORS as error:
            _log.warning("the heartbeat was not confirmed", extra={"cause": reason(error)})
