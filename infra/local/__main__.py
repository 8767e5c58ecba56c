"""Run the whole system in the foreground until Ctrl-C: `python -m infra.local`."""

import signal
import sys
from contextlib import suppress

from infra.local.config import BadConfig, LocalConfig, local_config
from infra.local.environment import isolate
from infra.local.system import preflight, state_dir
from infra.local.system.lock import AlreadyRuns, only_run
from infra.local.system.preflight import CannotRun
from infra.local.system.ready import ready_block
from infra.local.system.supervisor import Stopped, System


class StopSignals:
    """Remembers that somebody asked to stop; asking again changes nothing."""

    def __init__(self) -> None:
        self.came = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._remember)
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup keeps it ignored
            signal.signal(signal.SIGHUP, self._remember)

    def _remember(self, *_: object) -> None:
        self.came = True


def main() -> int:
    """Exit 0 after an orderly stop that saved everything, else 1 after one sentence that says why.

    What could not run is said on standard error, what could not be saved among all other news.
    """
    signals = StopSignals()
    try:
        config = local_config()
        isolate()
        if (warning := state_dir.make_private(config)) is not None:
            say(warning)
        with only_run(config):
            preflight.check(config)
            return 0 if run(config, signals) else 1
    except (BadConfig, CannotRun, AlreadyRuns, OSError) as error:
        print(f"omnidata: {error}", file=sys.stderr)
        return 1


def run(config: LocalConfig, signals: StopSignals) -> bool:
    """Start, say that it is ready, and supervise until a signal; returns whether all was saved."""
    system = System(config, say=say, stopping=lambda: signals.came)
    is_saved = True
    try:
        say("Starting OmniData ...")
        outputs = system.start()
        say(ready_block(config, outputs, system.recovery))
        system.supervise()
    except Stopped:
        say("Stopping ...")
    finally:
        is_saved = system.stop()
    return is_saved


def say(text: str) -> None:
    """Print a line; a terminal that is gone must not take the system with it."""
    with suppress(OSError):
        print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
