"""Effects of stream records that are gone, as after a restart of the emulator, made good."""

import threading
import time
from collections.abc import Callable

from chalicelib.observability import logger
from infra.local.event_sources.source import CatchUp

FIRST_PAUSE_S = 1.0
MAX_PAUSE_S = 300.0

_log = logger(__name__)


class CatchingUp:
    """Makes good before a stream is read, and again each time it has lost records.

    What cannot be made good, or not in one go, does not hold up the stream: it goes on between
    batches, so that it never runs beside the function.
    """

    def __init__(
        self,
        function: str,
        make_good: CatchUp | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._function = function
        self._make_good = make_good
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._due_at: float | None = clock()

    def note_loss(self) -> None:
        """Note that records were lost."""
        with self._lock:
            self._failures, self._due_at = 0, self._clock()

    def catch_up(self) -> None:
        """Make good what was lost, if anything was and it is time to try."""
        with self._lock:
            if self._make_good is None or self._due_at is None or self._clock() < self._due_at:
                return
            try:
                left = self._make_good()
            except Exception:  # noqa: BLE001 whatever it is, the stream must go on
                self._due_at = self._clock() + self._pause_s()
                self._failures += 1
                _log.exception("a function could not catch up", extra=self._fields())
                return
            if left:
                _log.info("a function goes on catching up", extra={**self._fields(), "left": left})
                return
            self._due_at = None
            _log.info("a function has caught up", extra=self._fields())

    def _pause_s(self) -> float:
        return min(MAX_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(self._failures, 16))

    def _fields(self) -> dict[str, object]:
        return {"function": self._function, "failures": self._failures}
