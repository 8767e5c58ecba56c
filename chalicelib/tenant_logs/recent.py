"""A bounded memory of what a process saw last, by tenant."""

import threading
from typing import Generic, TypeVar

T = TypeVar("T")

SIZE = 1024  # whoever makes up tenants must not fill the memory


class Recent(Generic[T]):
    """The values put last, at most `size` of them; shared by threads."""

    def __init__(self, size: int = SIZE) -> None:
        self._size = size
        self._values: dict[str, T] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> T | None:
        """The value, or None when it was never put or gave way to newer ones."""
        return self._values.get(name)

    def put(self, name: str, value: T) -> None:
        """Remember the value; the one put longest ago gives way to it."""
        with self._lock:
            self._values.pop(name, None)
            self._values[name] = value
            if len(self._values) > self._size:
                del self._values[next(iter(self._values))]
