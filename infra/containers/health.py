"""The containers' health checks: `python -m infra.containers.health [events]` exits 0 or 1."""

import http.client
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from infra.declared.containers import HEALTH_PATH, PORT
from infra.local.gateway.health import DOWN, UP
from infra.local.gateway.server import Server

EVENTS = "events"
MAX_AGE_S = 60.0
TIMEOUT_S = 4.0
OK = 200


class ApiHealth:
    """Says `down` once the server drains, so that the load balancer sends nothing more."""

    def __init__(self) -> None:
        self.server: Server | None = None

    def parts(self) -> dict[str, str]:
        """`up` or `down`."""
        return {"api": DOWN if self.server is not None and self.server.draining else UP}


def is_fresh(file: Path, epoch_s: Callable[[], float] = time.time) -> bool:
    """Whether the event sources ran in the last minute."""
    try:
        return epoch_s() - file.stat().st_mtime <= MAX_AGE_S
    except FileNotFoundError:
        return False


def responds(port: int) -> bool:
    """Whether the API on this port says that it is well."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT_S)
    try:
        connection.request("GET", HEALTH_PATH)
        return connection.getresponse().status == OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    if sys.argv[1:] == [EVENTS]:
        well = is_fresh(Path(os.environ["HEALTH_FILE"]))
    else:
        well = responds(int(os.environ.get("PORT", PORT)))
    sys.exit(0 if well else 1)
