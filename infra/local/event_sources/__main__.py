"""Run the app's event sources until SIGTERM: `python -m infra.local.event_sources`.

SIGUSR1 invokes the functions that a schedule invokes, without waiting for the clock.
"""

import os
import sys

from app import app, wiring
from infra.local.config import local_config
from infra.local.event_sources.dependencies import build_dependencies
from infra.local.event_sources.registry import build_all_pollers
from infra.local.event_sources.runner import Runner
from infra.local.event_sources.signals import block_signals, run_until_signalled
from infra.local.event_sources.source import UnknownEventSource
from infra.local.preload import preload

DRAIN_BUDGET_S = 1.0  # of the ten seconds that the whole system has to stop


def main() -> int:
    """Exit 0 after an orderly stop, 1 when the app has an event source of an unknown kind."""
    block_signals()
    preload()
    checkpoints_dir = local_config().checkpoints_dir
    dependencies = build_dependencies(wiring, os.environ, checkpoints_dir=checkpoints_dir)
    try:
        runner = Runner(build_all_pollers(app, dependencies))
    except UnknownEventSource as error:
        print(f"event sources: {error}", file=sys.stderr)
        return 1
    return run_until_signalled(runner, DRAIN_BUDGET_S)


if __name__ == "__main__":
    sys.exit(main())
