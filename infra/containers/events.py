"""Run the event sources and the schedule until SIGTERM: `python -m infra.containers.events`."""

import os
import sys
from pathlib import Path

from chalicelib.errors import OmniError
from infra.local.event_sources.signals import block_signals, run_until_signalled


def main() -> int:
    """Exit 0 after an orderly stop, 1 when a source can no longer run, 2 without a setting."""
    block_signals()
    try:
        return _run()
    except OmniError as error:
        sys.stderr.write(f"events: {error}\n")
        return 2


def _run() -> int:
    # Here, since the import of the app reads its settings, which may be missing.
    from app import app, wiring  # noqa: PLC0415
    from infra.containers.config import events_config  # noqa: PLC0415
    from infra.containers.sources import build_pollers  # noqa: PLC0415
    from infra.local.event_sources.dependencies import build_dependencies  # noqa: PLC0415
    from infra.local.event_sources.runner import Runner  # noqa: PLC0415
    from infra.local.preload import preload  # noqa: PLC0415

    config = events_config()
    preload()
    dependencies = build_dependencies(
        wiring,
        os.environ,
        account=wiring.settings.user_pool_arn.split(":")[4],
        long_poll_s=config.long_poll_s,
    )
    runner = Runner(build_pollers(app, dependencies, wiring.settings.state_table))
    return run_until_signalled(runner, config.stop_budget_s, Path(config.health_file).touch)


if __name__ == "__main__":
    sys.exit(main())
