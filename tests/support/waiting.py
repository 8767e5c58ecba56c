"""Waiting for what shall happen, and watching that something does not."""

import time
from collections.abc import Callable
from typing import Any

POLL_S = 0.02


def until(holds: Callable[[], Any], within_s: float = 30, what: str = "it") -> Any:
    """What `holds` answers once that is true; fails after the deadline."""
    deadline = time.monotonic() + within_s
    while not (found := holds()):
        assert time.monotonic() < deadline, f"{what} did not happen within {within_s} s"
        time.sleep(POLL_S)
    return found


def stays_for(holds: Callable[[], Any], for_s: float, what: str = "it") -> None:
    """Watch that `holds` stays true for so long; fails as soon as it does not."""
    end = time.monotonic() + for_s
    while time.monotonic() < end:
        assert holds(), f"{what} did not stay"
        time.sleep(POLL_S)
