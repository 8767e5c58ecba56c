"""Pid files of a state directory, written safely and checked against the processes themselves."""

import os
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from infra.local.config import LocalConfig

PARENT = "parent"
EMULATOR = "emulator"
# In the order of stopping: nothing stops before those that still send to it.
MODULES = {
    "gateway": "infra.local.gateway",
    "events": "infra.local.event_sources",
    "worker": "worker",
    "sandbox": "infra.local.sandbox",
    EMULATOR: "infra.local.emulator",
}
PARENT_MODULE = "infra.local"
RETRY_S = 1.0


def running_children(config: LocalConfig) -> list[tuple[str, int]]:
    """Name and pid of each child that runs with this state, in the order of stopping."""
    found = [(name, read(config, name)) for name in MODULES]
    return [(name, pid) for name, pid in found if pid is not None and runs(config, name, pid)]


def write(path: Path, pid: int) -> None:
    """Write the pid file in one step: a reader sees the old pid or the new one, never half of it.

    Raises OSError when the disk does not take it; the file is then as before.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    try:
        draft.write_text(f"{pid}\n")
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise


class PidFile:
    """The pid file of one child, written again until the disk takes it."""

    def __init__(self, name: str, path: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._path = path
        self._clock = clock
        self._pid: int | None = None  # the one that is not on file yet
        self._error: OSError | None = None
        self._due_at = 0.0

    def put(self, pid: int) -> None:
        """Write `pid` now or, if that fails, by a later `tend`."""
        self._pid, self._error = pid, None
        self._try()

    def tend(self) -> str | None:
        """Try again when it is time; returns the failure once, as a sentence."""
        if self._error is not None:
            news = f"{self._name} runs, but its pid cannot be written: {self._error.strerror}"
            self._error = None
            return news
        if self._pid is not None and self._clock() >= self._due_at:
            self._try(is_first=False)
        return None

    def remove(self) -> None:
        """Remove the file, best effort: whoever reads a stale one checks it."""
        self._pid = self._error = None
        with suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _try(self, *, is_first: bool = True) -> None:
        if self._pid is None:
            return
        try:
            write(self._path, self._pid)
            self._pid = None
        except OSError as error:
            self._due_at = self._clock() + RETRY_S
            if is_first:
                self._error = error


def read(config: LocalConfig, name: str) -> int | None:
    """The pid on file; the process may be gone, and the number another's."""
    try:
        return int(config.pid_file(name).read_text())
    except (FileNotFoundError, ValueError):
        return None


def runs(config: LocalConfig, name: str, pid: int) -> bool:
    """Whether `pid` is the process `name` of this state."""
    if name == PARENT:  # the environment it was started with need not name the state
        return _runs_module(pid, PARENT_MODULE)
    return _runs_module(pid, MODULES[name]) and _has_state(pid, config.state_dir)


def _runs_module(pid: int, module: str) -> bool:
    return ("-m", module) in pairwise(_arguments(pid))


def _arguments(pid: int) -> list[str]:
    """The command line of a process; empty if it does not exist or is a zombie."""
    if Path("/proc/self").exists():
        with suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
        return []
    asked = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    listed = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 fixed
    return listed.stdout.split()


def _has_state(pid: int, state_dir: Path) -> bool:
    """Whether the process has this STATE_DIR; assumed where its environment cannot be read."""
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return not Path("/proc/self").exists()
    paths = [Path(os.fsdecode(v[10:])) for v in variables if v.startswith(b"STATE_DIR=")]
    return any(path == state_dir or state_dir in path.parents for path in paths)
