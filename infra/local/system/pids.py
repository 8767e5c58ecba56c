"""Which processes of a state directory run: pid files, checked against the processes themselves."""

import os
import subprocess
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

from infra.local.config import LocalConfig

PARENT = "parent"
# In the order of stopping: nothing stops before those that still send to it.
MODULES = {
    "gateway": "infra.local.gateway",
    "events": "infra.local.event_sources",
    "worker": "worker",
    "emulator": "infra.local.emulator",
}
PARENT_MODULE = "infra.local"


def running_children(config: LocalConfig) -> list[tuple[str, int]]:
    """Name and pid of each child that runs with this state, in the order of stopping."""
    found = [(name, read(config, name)) for name in MODULES]
    return [(name, pid) for name, pid in found if pid is not None and runs(config, name, pid)]


def write(path: Path, pid: int) -> None:
    """Put `pid` on file at once: a reader sees the old one or the new one, never an empty file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".new")
    draft.write_text(f"{pid}\n")
    draft.replace(path)


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
    """The command line of a process; empty when there is none, or only its exit status is left."""
    if Path("/proc/self").exists():
        with suppress(OSError):
            return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
        return []
    asked = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    listed = subprocess.run(asked, capture_output=True, text=True, check=False)  # noqa: S603 fixed
    return listed.stdout.split()


def _has_state(pid: int, state_dir: Path) -> bool:
    """Whether the process was told this state directory; assumed where that cannot be seen."""
    try:
        variables = Path(f"/proc/{pid}/environ").read_bytes().split(b"\0")
    except OSError:
        return not Path("/proc/self").exists()
    told = [Path(os.fsdecode(v[10:])) for v in variables if v.startswith(b"STATE_DIR=")]
    return any(path == state_dir or state_dir in path.parents for path in told)
