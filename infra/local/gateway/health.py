"""The states of the local processes: emulator, event sources, worker and sandbox."""

import http.client
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from infra.local.config import HOST
from infra.local.gateway.tokens import fetch_keys

UP, DOWN = "up", "down"
ASK_TIMEOUT_S = 2.0  # callers of /health wait up to three seconds
WORKER_SILENT_S = 60  # a healthy worker touches its file more often


@dataclass(frozen=True, kw_only=True)
class LocalHealth:
    """Checks the parts at each call; `keys_url` is the address of the user pool's keys."""

    keys_url: str
    events_pid_file: Path
    worker_pid_file: Path
    worker_health_file: Path
    sandbox_pid_file: Path
    sandbox_port_file: Path
    now: Callable[[], float] = time.time

    def parts(self) -> dict[str, str]:
        """`up` or `down` for each part."""
        is_up_by_part = {
            "emulator": self._has_user_pool(),
            "events": _is_alive(self.events_pid_file),
            "worker": _is_alive(self.worker_pid_file) and self._worker_polls(),
            "sandbox": _is_alive(self.sandbox_pid_file) and _listens(self.sandbox_port_file),
        }
        return {part: UP if is_up else DOWN for part, is_up in is_up_by_part.items()}

    def _has_user_pool(self) -> bool:
        """Whether the emulator responds and has the user pool; after a kill it may be empty."""
        try:
            fetch_keys(self.keys_url, ASK_TIMEOUT_S)
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


def _listens(port_file: Path) -> bool:
    try:
        port = int(port_file.read_text())
        socket.create_connection((HOST, port), ASK_TIMEOUT_S).close()
    except (OSError, ValueError):
        return False
    return True
