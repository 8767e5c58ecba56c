"""Runs pollers until a signal: SIGTERM and SIGINT stop them, SIGUSR1 makes the schedules due."""

import signal
from collections.abc import Callable

from chalicelib.observability import logger
from infra.local.event_sources.runner import Runner

PULSE_S = 10.0
STOP_SIGNALS = frozenset({signal.SIGINT, signal.SIGTERM})
SIGNALS = STOP_SIGNALS | {signal.SIGUSR1}

_log = logger("infra.local.event_sources")


def _do_nothing() -> None:
    """Nobody waits for a pulse."""


def block_signals() -> None:
    """Block the signals, before threads start: these inherit the mask, and the wait gets them."""
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def run_until_signalled(
    runner: Runner, stop_budget_s: float, pulse: Callable[[], None] = _do_nothing
) -> int:
    """Run until a signal; exit code 0, or 1 when a poller's thread has died.

    `pulse` is called at the start and then every PULSE_S while all of them run.
    """
    runner.start()
    _log.info("the event sources are polled")
    while runner.is_whole:
        pulse()
        received = signal.sigtimedwait(SIGNALS, PULSE_S)
        # After SIGSTOP and SIGCONT, CPython returns a struct that it never filled in.
        number = received.si_signo if received is not None else 0
        if number in STOP_SIGNALS:
            return _stop(runner, stop_budget_s)
        if number == signal.SIGUSR1:
            runner.invoke_scheduled()
    _log.error("an event source ended by itself")
    _stop(runner, stop_budget_s)
    return 1


def _stop(runner: Runner, budget_s: float) -> int:
    if not runner.stop(budget_s):
        _log.warning("some batches were cut off by the stop; they are delivered again")
    return 0
