"""The health file, touched while polling works; `python -m worker.health` checks its age."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from chalicelib.settings import worker_settings

MAX_AGE_S = 60.0  # three long polls


class HealthFile:
    """The file that tells the container's health check that the queue responds."""

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def touch(self) -> None:
        """Mark that polling works."""
        self._path.touch()

    def remove(self) -> None:
        """Remove the file: one left from an earlier run would be fresh for a minute."""
        self._path.unlink(missing_ok=True)

    def is_fresh(self, epoch_s: Callable[[], float] = time.time) -> bool:
        """Whether polling worked in the last minute."""
        try:
            return epoch_s() - self._path.stat().st_mtime <= MAX_AGE_S
        except FileNotFoundError:
            return False


if __name__ == "__main__":
    sys.exit(0 if HealthFile(worker_settings().health_file).is_fresh() else 1)
