"""The invocations of one function that run at the same time, at most as many as it may have."""

import threading
from collections.abc import Callable

from chalicelib.observability import logger

_LOOK_S = 0.1

_log = logger(__name__)


class Invocations:
    """Each in a thread of its own; there is none while nothing is to do, as on Lambda."""

    def __init__(self, function: str, most: int) -> None:
        self._function = function
        self._free = threading.Semaphore(most)
        self._running: set[threading.Thread] = set()

    def reserve(self, stop: threading.Event) -> bool:
        """Wait until one more may run; False when the stop comes first."""
        while not stop.is_set():
            if self._free.acquire(timeout=_LOOK_S):
                return True
        return False

    def give_back(self) -> None:
        """End a reservation for which there is nothing to do."""
        self._free.release()

    def begin(self, work: Callable[[], None]) -> None:
        """Run `work` beside others, on a reservation; what it raises is logged."""
        # A daemon: a handler that outlasts the stop must not keep the process.
        thread = threading.Thread(target=self._run, args=(work,), name=self._function, daemon=True)
        self._running.add(thread)
        thread.start()

    def wait(self) -> None:
        """Wait for all that run."""
        for thread in list(self._running):
            thread.join()

    def _run(self, work: Callable[[], None]) -> None:
        try:
            work()
        except Exception:  # noqa: BLE001 the outermost frame: the source delivers it again
            _log.exception("a batch could not be finished", extra={"function": self._function})
        finally:
            self._running.discard(threading.current_thread())
            self._free.release()
