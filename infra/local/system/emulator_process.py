"""The emulator that all parts use: a child process, or one that runs already."""

import time
from collections.abc import Callable

from infra.local.config import LocalConfig
from infra.local.emulator import launcher
from infra.local.emulator.copies import Copies, copy_last_good
from infra.local.emulator.recovery import Recovery, recover
from infra.local.emulator.saved_state import has_data
from infra.local.system.children import child
from infra.local.system.disk import DiskStorage
from infra.local.system.pids import EMULATOR
from infra.local.system.preflight import CannotRun
from infra.local.system.processes import Child

EMULATOR_START_S = 20.0
EXTERNAL_START_S = 3.0
ASK_EVERY_S = 0.05
# Seconds from the begin of a stop. A large state takes longer to save, and an emulator that is
# killed while it saves loses what is new: it is waited for as long as anyone would.
EMULATOR_SAVES_S = 9.8
EMULATOR_GONE_S = 120.0


class Emulator:
    """Starts, watches and stops the emulator. `say` takes lines for people.

    `pause` waits some seconds; what it raises ends a wait.
    """

    def __init__(
        self, config: LocalConfig, say: Callable[[str], None], pause: Callable[[float], None]
    ) -> None:
        self._config = config
        self._say = say
        self._pause = pause
        self._storage = DiskStorage(config)
        self._copies = Copies(config.emulator_dir)
        is_ours = config.external_endpoint is None
        self._child = child(config, EMULATOR, launcher.environment(config)) if is_ours else None

    @property
    def is_ours(self) -> bool:
        """Whether it is a child of ours, with its data here."""
        return self._child is not None

    @property
    def has_ended(self) -> bool:
        """Whether it was a child of ours and does not run any more."""
        return self._child is not None and not self._child.runs

    def start(self) -> Recovery | None:
        """Start the emulator, or look for the external one, and wait until it responds.

        Returns what was restored. Raises CannotRun when no emulator responds, OSError when the
        system refuses to start it.
        """
        limit_s = EXTERNAL_START_S
        recovery = None
        if self._child is not None:
            recovery = recover(self._copies)
            self._copy_last_good()
            self._child.start()
            limit_s = EMULATOR_START_S
        self._until_answered(time.monotonic() + limit_s)
        return recovery

    def tend(self) -> str | None:
        """What there is to report of one that runs."""
        return None if self._child is None else self._child.tend()

    def revive(self, prepare: Callable[[], None]) -> None:
        """Start one that ended again as of its last clean stop and `prepare` it.

        It is tried with back-off until it works; `prepare` raises CannotRun or OSError when it
        fails.
        """
        if self._child is not None:
            self._start_again(self._child, f"emulator {self._child.how_it_ended()}", prepare)

    def replace(self, why: str, prepare: Callable[[], None]) -> None:
        """As `revive`, for one that runs and may not save what it has; `why` begins a sentence."""
        if self._child is not None:
            self._child.kill()
            self._start_again(self._child, why, prepare)

    def stop(self, begun: float) -> bool:
        """Stop it, `begun` being when the stop of all began; returns whether its data is saved."""
        if self._child is None or not self._child.runs:
            return True
        told_at = time.time()
        self._child.tell_to_stop()
        self._child.wait(begun + EMULATOR_SAVES_S)
        if self._child.runs:
            self._say("Still saving the data ...")
            self._child.wait(begun + EMULATOR_GONE_S)
        self._child.stop(time.monotonic())
        if not self._storage.is_saved(told_at):
            return False
        self._copy_last_good()
        return True

    def why_none(self) -> str:
        """Why no emulator responds, in a sentence."""
        if self._child is None:
            return f"no emulator answers at AWS_ENDPOINT_URL {self._config.endpoint_url}"
        log = self._child.command.log_file
        return f"the emulator {self._child.how_it_ended()} while it started; {log} says why"

    def _start_again(self, emulator: Child, why: str, prepare: Callable[[], None]) -> None:
        self._say(
            f"{why}; it starts again from its last clean stop, "
            "and what was accepted since then is lost"
        )
        while True:
            self._pause(emulator.count_failure())
            try:
                recovery = self.start()
                prepare()
            except (CannotRun, OSError) as error:
                self._say(f"{error}; it is tried again")
                emulator.stop(time.monotonic() + 1)
            else:
                break
        if recovery is not None:
            self._say(recovery.describe())

    def _copy_last_good(self) -> None:
        """Make the second copy of what is saved; without it the first is as good."""
        try:
            if has_data(self._copies.current):
                copy_last_good(self._copies)
        except OSError as error:
            self._say(f"There is no second copy of the saved data ({error.strerror}).")

    def _until_answered(self, deadline: float) -> None:
        while not self.has_ended:
            if launcher.responds(self._config.endpoint_url):
                return
            if time.monotonic() >= deadline:
                break
            self._pause(ASK_EVERY_S)
        raise CannotRun(self.why_none())
