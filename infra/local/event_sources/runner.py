"""Repeats the steps of all event sources, each in a thread, until it is told to stop."""

import random
import threading
import time
from collections.abc import Sequence

from chalicelib.errors import Unavailable
from chalicelib.observability import logger
from infra.local.event_sources.source import Step

FIRST_PAUSE_S = 0.1
MAX_PAUSE_S = 3.0  # the emulator is back in seconds when it dies
_MOST_DOUBLINGS = 16

_log = logger(__name__)


class Runner:
    """The threads of all steps."""

    def __init__(self, steps: Sequence[Step]) -> None:
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=repeat, args=(step, self._stop), name=step.source, daemon=True)
            for step in steps
        ]

    def start(self) -> None:
        """Begin to poll."""
        for thread in self._threads:
            thread.start()

    def stop(self, budget_s: float) -> bool:
        """Finish what is being handled and poll no more; answers whether that was in time.

        What was not finished is not deleted either, so its source delivers it again.
        """
        self._stop.set()
        deadline = time.monotonic() + budget_s
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        return not any(thread.is_alive() for thread in self._threads)


def repeat(step: Step, stop: threading.Event) -> None:
    """Run `step` until the stop; after a failure pause with full jitter, longer each time."""
    failures = 0
    is_done = False
    while not (is_done or stop.is_set()):
        try:
            is_done = bool(step.run(stop))
            failures = 0
        except Exception as error:  # noqa: BLE001 whatever it is, the source must go on
            failures += 1
            _report(step, error, failures)
            stop.wait(_pause_s(failures))
    if is_done:
        return
    try:
        step.finish()
    except Exception as error:  # noqa: BLE001 what was not finished is delivered again
        _report(step, error, failures + 1)


def _pause_s(failures: int) -> float:
    longest = min(MAX_PAUSE_S, FIRST_PAUSE_S * 2 ** min(failures, _MOST_DOUBLINGS))
    return random.uniform(0, longest)  # noqa: S311 jitter, no secret


def _report(step: Step, error: Exception, failures: int) -> None:
    fields = {"source": step.source, "failures": failures}
    if isinstance(error, Unavailable):
        _log.warning("an event source does not answer", extra=fields)
    else:
        _log.error("an event source failed", extra=fields, exc_info=error)
