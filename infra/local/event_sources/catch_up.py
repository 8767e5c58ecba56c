"""Runs a function's catch-up for lost stream records, as after a restart of the emulator."""

import threading
import time
from collections.abc import Callable

from chalicelib.observability import logger
from infra.local.event_sources.source import CatchUp

FIRST_PAUSE_S = 1.0
MAX_PAUSE_S = 300.0

_log = logger(__name__)


class CatchUpRunner:
    """Runs the catch-up before a stream is read, and again each time records were lost.

    A failure, or a catch-up of several turns, does not block the stream: it continues between
    batches, so that it never runs at the same time as the function.
    """

    def __init__(
        self,
        function: str,
        catch_up: CatchUp | None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._function = function
        self._catch_up = catch_up
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._failures = 0
        self._due_monotonic_s: float | None = monotonic()

    def schedule(self) -> None:
        """Schedule a catch-up, since records were lost."""
        with self._lock:
            self._failures, self._due_monotonic_s = 0, self._monotonic()

    def run_if_due(self) -> None:
        """Run the catch-up if it is scheduled and its pause is over."""
        with self._lock:
            due_monotonic_s = self._due_monotonic_s
            if self._catch_up is None or due_monotonic_s is None:
                return
            if self._monotonic() >= due_monotonic_s:
                self._run(self._catch_up)

    def _run(self, catch_up: CatchUp) -> None:
        try:
            left = catch_up()
        except Exception:  # noqa: BLE001 any error: the stream must go on
            self._due_monotonic_s = self._monotonic() + self._compute_pause_s()
            self._failures += 1
            _log.exception("a function could not catch up", extra=self._build_log_fields())
            return
        if left:
            fields = {**self._build_log_fields(), "left": left}
            _log.info("a function goes on catching up", extra=fields)
            return
        self._due_monotonic_s = None
        _log.info("a function has caught up", extra=self._build_log_fields())

    def _compute_pause_s(self) -> float:
        return min(MAX_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(self._failures, 16))

    def _build_log_fields(self) -> dict[str, object]:
        return {"function": self._function, "failures": self._failures}
