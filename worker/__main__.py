"""`python -m worker`: runs until SIGTERM or SIGINT, then exits 0; 1 after a failed thread."""

import logging
import os
import signal
import sys

from chalicelib import observability
from chalicelib.aws.session import Aws
from chalicelib.errors import OmniError
from chalicelib.settings import WorkerSettings, worker_settings
from worker.archiver import Archiver, connect

SIGNALS = (signal.SIGTERM, signal.SIGINT)
CRASH_CHECK_S = 0.5


def main() -> int:
    """Run with the settings of the environment; 2 when they are incomplete or wrong."""
    # Blocked and waited for: as process 1 of a container there are no default actions, and a
    # handler could interrupt the main thread while it holds a lock.
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    observability.configure()
    try:
        settings = worker_settings()
        return run(settings, Aws(settings.aws))
    except OmniError as error:
        sys.stderr.write(f"worker: {error}\n")
        return 2


def run(settings: WorkerSettings, aws: Aws) -> int:
    """Archive until a signal and return the exit code. The signals must be blocked."""
    archiver = Archiver(settings, connect(settings, aws))
    archiver.start()
    while not archiver.crashed.is_set():
        received = signal.sigtimedwait(SIGNALS, CRASH_CHECK_S)
        # After SIGSTOP and SIGCONT, CPython returns a struct that it never filled in.
        if received is not None and received.si_signo in SIGNALS:
            break
    archiver.stop()
    return 1 if archiver.crashed.is_set() else 0


if __name__ == "__main__":
    code = main()
    logging.shutdown()
    os._exit(code)  # not sys.exit: it would wait for pool threads in the middle of a call
