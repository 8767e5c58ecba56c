"""The worker's stop: requested once, within a time budget; it ends waits early."""

import random
import threading
import time
from collections.abc import Callable

BASE_S = 0.1
MAX_S = 20.0
STOPPING_MAX_S = 0.5  # between attempts once the budget runs


class Stop:
    """`requested`: receive no more, finish what is buffered. `over`: start nothing new."""

    def __init__(self, budget_s: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.requested = threading.Event()
        self.over = threading.Event()
        self._budget_s = budget_s
        self._clock = clock
        self._deadline: float | None = None

    def request(self) -> None:
        """Start the budget."""
        self._deadline = self._clock() + self._budget_s
        self.requested.set()

    def remaining_s(self, reserve_s: float = 0.0) -> float:
        """Seconds left of the budget beyond `reserve_s`; never negative."""
        if self._deadline is None:
            return self._budget_s
        return max(0.0, self._deadline - reserve_s - self._clock())

    def sleep(self, pause_s: float) -> None:
        """Wait between two attempts: a request ends it, and after one it is short."""
        if self.requested.is_set():
            self.over.wait(min(pause_s, STOPPING_MAX_S))
        else:
            self.requested.wait(pause_s)


def full_jitter(attempt: int) -> float:
    """Seconds to wait after failed attempt number `attempt` (from 0): up to 0.1 s, later 20 s."""
    return random.uniform(0, min(MAX_S, BASE_S * 2 ** min(attempt, 10)))  # noqa: S311 no secret
