"""Child processes: each in a session of its own, restarted with back-off, stopped by a deadline."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from infra.local.system.failures import last_error_in
from infra.local.system.pids import PidFile

FIRST_PAUSE_S = 0.1
MAX_PAUSE_S = 10.0
STEADY_AFTER_S = 30.0  # a child that ran this long begins again with the first pause


@dataclass(frozen=True, kw_only=True)
class ChildCommand:
    """How a child is started, and its log and pid file."""

    name: str
    argv: list[str]
    environment: dict[str, str] = field(repr=False)
    log_file: Path
    pid_file: Path
    directory: Path


class Child:
    """One child process and its restarts; `clock` gives monotonic seconds."""

    def __init__(self, command: ChildCommand, clock: Callable[[], float] = time.monotonic) -> None:
        self.command = command
        self.failures = 0
        self._clock = clock
        self._pid_file = PidFile(command.name, command.pid_file, clock)
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0
        self._started_at = 0.0
        self._start_at: float | None = None
        self._start_error: OSError | None = None

    @property
    def name(self) -> str:
        """The part's name."""
        return self.command.name

    @property
    def runs(self) -> bool:
        """Whether it was started and has not ended."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it, in a session of its own, so that Ctrl-C reaches the parent alone.

        Raises OSError when the system refuses. A pid file that cannot be written is no failure:
        `tend` reports it and tries again.
        """
        command = self.command
        self._started_at, self._start_at = self._clock(), None
        command.log_file.parent.mkdir(parents=True, exist_ok=True)
        with command.log_file.open("ab") as log:
            self._log_start = log.tell()
            self._process = _spawn(command, log)
        self._start_error = None
        self._pid_file.put(self._process.pid)

    def try_start(self) -> str | None:
        """Start it, or plan the next try; returns a sentence if it could not be started."""
        try:
            self.start()
        except OSError as error:
            self._start_error = error
            pause_s = self._plan_start()
            return f"{self.name} {self.how_it_ended()}; it is tried again in {pause_s:g} s"
        return None

    def tend(self) -> str | None:
        """Start it again when it has ended and its pause is over; returns a sentence to report."""
        if self.runs:
            return self._pid_file.tend()
        if self._start_at is None:
            ended = self.how_it_ended() + self.why_it_ended()
            pause_s = self._plan_start()
            return f"{self.name} {ended}; it starts again in {pause_s:g} s"
        return self.try_start() if self._clock() >= self._start_at else None

    def count_failure(self) -> float:
        """The pause before the next start; doubles with each failure in a row."""
        if self._clock() - self._started_at >= STEADY_AFTER_S:
            self.failures = 0
        self.failures += 1
        return float(min(FIRST_PAUSE_S * 2 ** (self.failures - 1), MAX_PAUSE_S))

    def how_it_ended(self) -> str:
        """For people: the signal or the exit status."""
        if self._start_error is not None:
            return f"could not be started ({self._start_error.strerror})"
        status = None if self._process is None else self._process.poll()
        if status is None:
            return "does not answer"
        if status < 0:
            return f"was killed by {signal.Signals(-status).name}"
        return f"ended with status {status}"

    def why_it_ended(self) -> str:
        """The last error that it printed, in parentheses; empty if it printed none."""
        error = last_error_in(self.command.log_file, self._log_start)
        return f" ({error})" if error else ""

    def tell_to_stop(self) -> None:
        """SIGTERM, when it runs; it is not started again."""
        self._start_at = None
        if self._process is not None and self.runs:
            self._process.terminate()

    def wait(self, deadline: float) -> None:
        """Wait until it is gone, at most until `deadline`."""
        if self._process is not None:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(max(deadline - self._clock(), 0))

    def stop(self, deadline: float) -> None:
        """SIGTERM, then SIGKILL at `deadline`, to its whole session; waits until it is gone."""
        process = self._process
        if process is None:
            return
        self.tell_to_stop()
        self.wait(deadline)
        with suppress(ProcessLookupError, PermissionError):  # it has ended with all of its own
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._process = None
        self._pid_file.remove()

    def kill(self) -> None:
        """SIGKILL to its whole session, so that it does nothing more; waits until it is gone."""
        if self._process is not None and self.runs:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _plan_start(self) -> float:
        pause_s = self.count_failure()
        self._start_at = self._clock() + pause_s
        return pause_s


def _spawn(command: ChildCommand, log: BinaryIO) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 our own modules
        command.argv,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        env=command.environment,
        cwd=command.directory,
        start_new_session=True,
    )
