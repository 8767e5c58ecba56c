"""Waiting for what shall happen, and watching that something does not."""

import time
from collections.abc import Callable
from typing import Any

POLL_S = 0.02
MAX_POLL_S = 0.25


def until(holds: Callable[[], Any], within_s: float = 60, what: str = "it") -> Any:
    """What `holds` returns once that is true; fails after the deadline.

    The longer it takes, the less often it is asked, at the price of a twentieth of the wait: what
    it waits for needs the processor.
    """
    begun = time.monotonic()
    while not (found := holds()):
        waited_s = time.monotonic() - begun
        assert waited_s < within_s, f"{what} did not happen within {within_s} s"
        time.sleep(min(max(POLL_S, waited_s / 20), MAX_POLL_S))
    return found


def stays_for(holds: Callable[[], Any], for_s: float, what: str = "it") -> None:
    """Watch that `holds` stays true for so long; fails as soon as it does not."""
    end = time.monotonic() + for_s
    while time.monotonic() < end:
        assert holds(), f"{what} did not stay"
        time.sleep(POLL_S)
