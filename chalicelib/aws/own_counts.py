"""Counts of one process, kept in memory until `OmniState` has confirmed them."""

import atexit
import threading
import time
from collections import Counter
from collections.abc import Callable

from chalicelib import observability
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.state import State

PAUSES_S = (1.0, 2.0, 5.0, 10.0, 30.0)  # between the attempts; the last one repeats

InBackground = Callable[[Callable[[], None], Callable[[], bool]], None]

_log = observability.logger(__name__)


def run_in_background(work: Callable[[], None], at_exit: Callable[[], bool]) -> None:
    """Run `work` on a daemon thread, and `at_exit` once when the process ends in order."""
    atexit.unregister(at_exit)
    atexit.register(at_exit)
    threading.Thread(target=work, name="own-counts", daemon=True).start()


class OwnCounts:
    """Counts by name, each written as this process's total under its own `process_id`.

    A total may be written again, so a write whose outcome is unknown is repeated and counts once.
    What could not be written is tried again in the background until it is confirmed, and once more
    when the process ends in order. With a process that is killed before, its unconfirmed counts
    are gone: then the log lines of what was counted are the only account.

    `fast` is used by requests, so its client must give up soon; `patient` by the background, which
    on Lambda runs while a later request does. `in_background` is `run_in_background`, or a test's.
    """

    def __init__(
        self,
        fast: Callable[[], State],
        patient: Callable[[], State],
        *,
        process_id: str,
        in_background: InBackground,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._fast = fast
        self._patient = patient
        self._process_id = process_id
        self._in_background = in_background
        self._pause = pause
        self._lock = threading.Lock()
        self._totals: Counter[str] = Counter()
        self._confirmed: Counter[str] = Counter()
        self._is_retrying = False

    def count(self, name: str) -> None:
        """Count one more of `name`; never fails.

        While the counter cannot be written only the first caller waits for it.
        """
        with self._lock:
            self._totals[name] += 1
            if self._is_retrying:
                return
        if not self.write():
            self._begin_retries()

    def write(self) -> bool:
        """Write what is not confirmed yet; returns whether everything is confirmed then."""
        return self._write(self._fast())

    def _begin_retries(self) -> None:
        with self._lock:
            if self._is_retrying:
                return
            self._is_retrying = True
        self._in_background(self._retry, self.write)

    def _retry(self) -> None:
        """Write until everything is confirmed."""
        attempt = 0
        while True:
            self._pause(PAUSES_S[min(attempt, len(PAUSES_S) - 1)])
            attempt += 1
            if self._write(self._patient()) and self._end_retries():
                _log.info("all counts are confirmed", extra={"counts": dict(self._confirmed)})
                return

    def _end_retries(self) -> bool:
        """Whether nothing was counted meanwhile; the next failure then begins anew."""
        with self._lock:
            self._is_retrying = bool(self._pending())
            return not self._is_retrying

    def _write(self, state: State) -> bool:
        """Whether every count is confirmed."""
        with self._lock:
            pending = self._pending()
        for name, total in pending.items():
            try:
                state.put_total(name, self._process_id, total)
            except AWS_ERRORS as error:  # a missing table or right too
                fields = {"counter": name, "total": total, "cause": reason(error)}
                _log.warning("a count is not confirmed yet", extra=fields)
                return False
            with self._lock:
                self._confirmed[name] = max(self._confirmed[name], total)
        return True

    def _pending(self) -> dict[str, int]:
        return {name: n for name, n in self._totals.items() if n > self._confirmed[name]}
