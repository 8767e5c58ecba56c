"""The concurrent invocations of one function, up to its maximum concurrency."""

import threading
from collections.abc import Callable

from chalicelib.observability import logger

_POLL_S = 0.1

_log = logger(__name__)


class InvocationPool:
    """One thread for each running invocation; none while there is nothing to do, as on Lambda."""

    def __init__(self, function: str, max_concurrency: int) -> None:
        self._function = function
        self._free = threading.Semaphore(max_concurrency)
        self._running: set[threading.Thread] = set()

    def reserve(self, stop: threading.Event) -> bool:
        """Wait until one more may run; return False if the stop comes first."""
        while not stop.is_set():
            if self._free.acquire(timeout=_POLL_S):
                return True
        return False

    def release(self) -> None:
        """Release a reservation that is not needed."""
        self._free.release()

    def start(self, work: Callable[[], None]) -> None:
        """Run `work` in a thread with a reservation; its exceptions are logged."""
        # A daemon: a handler that runs longer than the stop must not block the exit.
        thread = threading.Thread(target=self._run, args=(work,), name=self._function, daemon=True)
        self._running.add(thread)
        thread.start()

    def wait(self) -> None:
        """Wait for all running invocations."""
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
