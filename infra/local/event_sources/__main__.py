"""Run the app's event sources until SIGTERM: `python -m infra.local.event_sources`.

SIGUSR1 invokes the functions that a schedule invokes, without waiting for the clock.
"""

import os
import signal
import sys

from app import app, wiring
from chalicelib.aws import API
from chalicelib.aws.state import State
from chalicelib.aws.table import Table
from chalicelib.observability import logger
from infra.local.config import local_config
from infra.local.event_sources.mapping_settings import build_stream_settings, list_catch_ups
from infra.local.event_sources.registry import build_all_pollers
from infra.local.event_sources.runner import Runner
from infra.local.event_sources.source import SourceDependencies, UnknownEventSource
from infra.local.preload import preload

DRAIN_BUDGET_S = 1.0  # of the ten seconds that the whole system has to stop

_log = logger("infra.local.event_sources")


def main() -> int:
    """Exit 0 after an orderly stop, 1 when the app has an event source of an unknown kind."""
    # Blocked before threads start, so that all inherit the mask and only `sigwait` gets the signal.
    stop_signals = {signal.SIGINT, signal.SIGTERM}
    signals = {*stop_signals, signal.SIGUSR1}
    signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    preload()
    try:
        runner = Runner(build_all_pollers(app, build_dependencies()))
    except UnknownEventSource as error:
        print(f"event sources: {error}", file=sys.stderr)
        return 1
    runner.start()
    _log.info("the event sources are polled", extra={"sources": len(app.event_sources)})
    while signal.sigwait(signals) not in stop_signals:
        runner.invoke_scheduled()
    if not runner.stop(DRAIN_BUDGET_S):
        _log.warning("some batches were cut off by the stop; they are delivered again")
    return 0


def build_dependencies() -> SourceDependencies:
    """AWS clients and settings, the same that the app's handlers use."""
    settings, aws = wiring.settings, wiring.aws
    return SourceDependencies(
        aws=aws,
        endpoint_url=settings.aws.endpoint_url,
        region=settings.aws.region,
        reports_failures=settings.partial_batch_responses,
        stream_settings=build_stream_settings(os.environ),
        checkpoints_dir=local_config().checkpoints_dir,
        catch_ups=list_catch_ups(wiring),
        state=State(Table(aws.client("dynamodb", API), settings.state_table)),
    )


if __name__ == "__main__":
    sys.exit(main())
