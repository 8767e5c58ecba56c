"""Whether what is accepted can be kept: the emulator saves its state to this disk at its stop."""

import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from infra.local.config import MIB, LocalConfig
from infra.local.emulator import saved_state

LOOK_EVERY_S = 1.0


def free_bytes(folder: Path) -> int:
    """What an ordinary user may still write to the disk of `folder`.

    Raises OSError when the folder is gone.
    """
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize


@dataclass(frozen=True)
class DiskStorage:
    """The disk of one state directory; `free_bytes` measures a folder's disk."""

    config: LocalConfig
    free_bytes: Callable[[Path], int] = free_bytes

    def problem(self) -> str | None:
        """Why nothing more may be accepted, as part of a sentence; None if all is well."""
        if self.config.save_failed_file.exists():
            return "the latest save of the data failed"
        needed = self.config.min_free_bytes
        try:
            free = self.free_bytes(self.config.state_dir)
        except OSError as error:
            return f"STATE_DIR cannot be read ({error.strerror})"
        if free >= needed:
            return None
        return (
            f"the disk of STATE_DIR has {free // MIB} MB free, less than the {needed // MIB} MB "
            "of MIN_FREE_MB"
        )

    def free_text(self) -> str:
        """How much room there is, for people."""
        try:
            free = self.free_bytes(self.config.state_dir)
        except OSError as error:
            return f"{self.config.state_dir} cannot be read ({error.strerror})"
        return f"the disk of {self.config.state_dir} has {free // MIB} MB free"

    def is_saved(self, since: float) -> bool:
        """Whether there is a save from `since` (epoch seconds) or later."""
        try:
            manifest = saved_state.read_manifest(self.config.emulator_state_dir)
        except (OSError, ValueError):
            return False
        return manifest is not None and manifest.saved_at_s >= since

    def keep_failure(self) -> None:
        """Remember that a save failed, for the next start; a disk that is gone takes no file."""
        with suppress(OSError):
            self.config.save_failed_file.touch()

    def take_failure(self) -> bool:
        """Whether the last save of an earlier run failed, once: it is forgotten then."""
        try:
            self.config.save_failed_file.unlink()
        except FileNotFoundError:
            return False
        return True


class StorageWatch:
    """Reports once when nothing more may be accepted, and once when that is over."""

    def __init__(self, storage: DiskStorage, clock: Callable[[], float] = time.monotonic) -> None:
        self._storage = storage
        self._clock = clock
        self._look_at = clock()
        self._has_problem = False

    def news(self) -> str | None:
        """A sentence when the state has changed since the last look; it looks once a second."""
        if self._clock() < self._look_at:
            return None
        self._look_at = self._clock() + LOOK_EVERY_S
        had_problem, problem = self._has_problem, self._storage.problem()
        self._has_problem = problem is not None
        if self._has_problem == had_problem:
            return None
        if problem is None:
            return "There is room on the disk again: requests that write are taken."
        return f"{problem}: requests that write get 503 until there is room."
