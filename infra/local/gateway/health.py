"""The states of the local parts: emulator, event sources and worker."""

import http.client
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra.local.gateway.tokens import fetched

UP, DOWN = "up", "down"
ASK_TIMEOUT_S = 2.0  # who asks for health may wait three seconds
WORKER_SILENT_S = 60  # a worker that polls well touches its file more often


@dataclass(frozen=True, kw_only=True)
class LocalHealth:
    """Looks at the parts anew at each call; `keys_url` is where the user pool's keys are."""

    keys_url: str
    events_pid_file: Path
    worker_pid_file: Path
    worker_health_file: Path
    now: Callable[[], float] = time.time

    def parts(self) -> dict[str, str]:
        """`up` or `down` by part."""
        found = {
            "emulator": self._has_the_pool(),
            "events": _is_alive(self.events_pid_file),
            "worker": _is_alive(self.worker_pid_file) and self._worker_polls(),
        }
        return {part: UP if is_up else DOWN for part, is_up in found.items()}

    def _has_the_pool(self) -> bool:
        """Whether the emulator answers and has our pool: one that was killed may come back bare."""
        try:
            fetched(self.keys_url, ASK_TIMEOUT_S)
        except (OSError, http.client.HTTPException, ValueError):
            return False
        return True

    def _worker_polls(self) -> bool:
        try:
            touched_at = self.worker_health_file.stat().st_mtime
        except OSError:
            return False
        return self.now() - touched_at <= WORKER_SILENT_S


def _is_alive(pid_file: Path) -> bool:
    try:
        os.kill(int(pid_file.read_text()), 0)
    except (OSError, ValueError):
        return False
    return True
