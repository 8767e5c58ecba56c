"""What the worker did since its start, counted by several threads."""

import threading
from collections import Counter


class Counts:
    """Counters by name, and when a part was stored last."""

    def __init__(self) -> None:
        self.last_flush_at: str | None = None
        self._counter: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, name: str, amount: int = 1) -> None:
        """Count `amount` more of `name`."""
        with self._lock:
            self._counter[name] += amount

    def get(self, *names: str) -> dict[str, int]:
        """The counters, 0 where nothing was counted."""
        with self._lock:
            return {name: self._counter[name] for name in names}
