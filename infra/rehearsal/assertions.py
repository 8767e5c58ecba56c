"""Assertions of a rehearsal's checks: equality, and waiting with a deadline."""

import time
from collections.abc import Callable
from typing import Any

_DEADLINE_S = 60.0
_PAUSE_S = 0.1


class CheckFailed(Exception):
    """The deployed system does not behave as expected; the text gives both values."""


def expect(what: str, found: Any, expected: Any) -> None:
    """Raise CheckFailed unless `found` equals `expected`."""
    if found != expected:
        raise CheckFailed(f"{what}: {found!r} instead of {expected!r}")


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Wait until `is_so`; raise CheckFailed after a minute."""
    deadline_s = time.monotonic() + _DEADLINE_S
    while not is_so():
        if time.monotonic() > deadline_s:
            raise CheckFailed(f"{what}: not within {_DEADLINE_S:.0f} s")
        time.sleep(_PAUSE_S)
