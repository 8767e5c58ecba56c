"""`make export` or `make import` of an emulator's stage, killed at a fail-point, as a process.

The one argument is JSON: `url`, `stage` and `outputs` of the stage, `arguments` of the command, and
`at`, the name of a fail-point and at which of its calls the process is killed.
"""

import json
import os
import signal
import sys
from itertools import count
from typing import Any

from infra.deploy.cloud import Cloud
from infra.transfer import command, scan
from infra.transfer.folder import Folder
from infra.transfer.log_counts import LogCounts
from infra.transfer.place import StagePlace
from infra.transfer.table_writing import TableWriter

PAGE_ITEMS = 20
POINTS = {
    "save": (Folder, "save"),
    "insert": (TableWriter, "insert"),
    "counts": (LogCounts, "finish"),
}


def main(told: dict[str, Any]) -> int:
    """Run the command."""
    place = StagePlace(told["stage"], told["outputs"], Cloud("us-east-1", told["url"]).client)
    command.find_place = lambda _: place
    scan.PAGE_ITEMS = PAGE_ITEMS
    _arm(*told["at"])
    return command.main([*told["arguments"], "--stage", told["stage"]])


def _arm(name: str, number: int) -> None:
    """Kill the process at that call, right before it."""
    where, method = POINTS[name]
    usual, calls = getattr(where, method), count(1)

    def run(*arguments: Any, **more: Any) -> Any:
        if next(calls) == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return usual(*arguments, **more)

    setattr(where, method, run)


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
