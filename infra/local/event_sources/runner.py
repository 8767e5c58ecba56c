"""Runs the pollers of all event sources, each in a thread, until the stop."""

import random
import threading
import time
from collections.abc import Sequence

from chalicelib.errors import Unavailable
from chalicelib.observability import logger
from infra.local.event_sources.source import SourcePoller

FIRST_PAUSE_S = 0.1
MAX_PAUSE_S = 3.0  # a crashed emulator is restarted within seconds
_MOST_DOUBLINGS = 16

_log = logger(__name__)


class Runner:
    """The threads of all pollers."""

    def __init__(self, pollers: Sequence[SourcePoller]) -> None:
        self._pollers = pollers
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(
                target=repeat, args=(poller, self._stop), name=poller.source, daemon=True
            )
            for poller in pollers
        ]

    def start(self) -> None:
        """Start to poll."""
        for thread in self._threads:
            thread.start()

    @property
    def is_whole(self) -> bool:
        """Whether every thread runs."""
        return all(thread.is_alive() for thread in self._threads)

    def invoke_scheduled(self) -> None:
        """Invoke the functions that a clock invokes, at once."""
        for poller in self._pollers:
            poller.invoke()

    def stop(self, budget_s: float) -> bool:
        """Stop polling and finish running batches; return whether that took at most `budget_s`.

        Unfinished batches are not deleted, so their source delivers them again.
        """
        self._stop.set()
        deadline_s = time.monotonic() + budget_s
        for thread in self._threads:
            thread.join(max(0.0, deadline_s - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)


def repeat(poller: SourcePoller, stop: threading.Event) -> None:
    """Poll until the stop; after a failure pause with exponential backoff and full jitter."""
    failures = 0
    is_done = False
    while not (is_done or stop.is_set()):
        try:
            is_done = bool(poller.poll(stop))
            failures = 0
        except Exception as error:  # noqa: BLE001 any error: the source must go on
            failures += 1
            _report(poller, error, failures)
            stop.wait(_compute_pause_s(failures))
    if is_done:
        return
    try:
        poller.finish()
    except Exception as error:  # noqa: BLE001 what was not finished is delivered again
        _report(poller, error, failures + 1)


def _compute_pause_s(failures: int) -> float:
    longest_s = min(MAX_PAUSE_S, FIRST_PAUSE_S * 2 ** min(failures, _MOST_DOUBLINGS))
    return random.uniform(0, longest_s)  # noqa: S311 jitter, no secret


def _report(poller: SourcePoller, error: Exception, failures: int) -> None:
    fields = {"source": poller.source, "failures": failures}
    if isinstance(error, Unavailable):
        _log.warning("an event source does not answer", extra=fields)
    else:
        _log.error("an event source failed", extra=fields, exc_info=error)
