"""How a rehearsal's checks fail, and how they wait."""

import time
from collections.abc import Callable
from typing import Any

_DEADLINE_S = 60.0
_PAUSE_S = 0.1


class Failed(Exception):
    """The deployed system does not do what it has to; the text says what it did."""


def expect(what: str, found: Any, expected: Any) -> None:
    """Raise Failed unless `found` is what is expected."""
    if found != expected:
        raise Failed(f"{what}: {found!r} instead of {expected!r}")


def until(is_so: Callable[[], bool], what: str) -> None:
    """Wait; raise Failed after a minute."""
    deadline = time.monotonic() + _DEADLINE_S
    while not is_so():
        if time.monotonic() > deadline:
            raise Failed(f"{what}: not within {_DEADLINE_S:.0f} s")
        time.sleep(_PAUSE_S)
