"""Fail-points in the event sources: a delivery stops right after a step, and its process is killed.

A file with a step's name is a token: the delivery that takes it leaves its name in `<step>.taken`
and goes no further. The process is killed once every token is taken, so that one SIGKILL meets a
delivery at each step, or when some are left after GATHER_S.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

STEPS = ("claim", "prepare", "arm", "publish", "finish", "settle")
TAKEN = ".taken"
GATHER_S = 8.0
POLL_S = 0.02


class FailPoints:
    """The tokens of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def reach(self, step: str, name: str) -> None:
        """Return at once without a token, else never."""
        with self._lock:
            try:
                (self._folder / step).unlink()
            except FileNotFoundError:
                return
            (self._folder / f"{step}{TAKEN}").write_text(name)
        deadline = time.monotonic() + GATHER_S
        while self._is_any_left() and time.monotonic() < deadline:
            time.sleep(POLL_S)
        with self._lock:  # nobody is about to write its name
            os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(GATHER_S)

    def stop_after(
        self, owner: type, method: str, step: str, read_name: Callable[..., str]
    ) -> None:
        """Reach `step` whenever the method has returned a result."""
        call = getattr(owner, method)

        @wraps(call)
        def call_and_stop(self_: Any, first: Any, *arguments: Any, **named: Any) -> Any:
            result = call(self_, first, *arguments, **named)
            if result is not None:
                self.reach(step, read_name(first))
            return result

        setattr(owner, method, call_and_stop)

    def _is_any_left(self) -> bool:
        return any((self._folder / step).exists() for step in STEPS)


def install(folder: Path) -> None:
    """Set the fail-points of this process."""
    from chalicelib.publisher.channels import registry
    from chalicelib.publisher.channels.base import Adapter
    from chalicelib.publisher.leases import Leases
    from chalicelib.publisher.settling import Settling

    assert registry  # it has imported every adapter
    points = FailPoints(folder)
    points.stop_after(Leases, "claim", "claim", lambda ref: str(ref.text))
    points.stop_after(Leases, "arm", "arm", lambda ref: str(ref.text))
    for adapter in Adapter.__subclasses__():
        for step in ("prepare", "publish"):
            points.stop_after(adapter, step, step, lambda tried: str(tried.outgoing.key))
    points.stop_after(Leases, "finish", "finish", lambda ref: str(ref.text))
    points.stop_after(Settling, "settle", "settle", str)
