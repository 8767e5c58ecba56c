"""Decides when changed code is taken: after a process of its own could import all of it."""

import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Protocol

from infra.local.config import ROOT
from infra.local.system.failures import last_error
from infra.local.system.watching import SourceWatcher

# What the gateway and the event sources import; nothing is served or polled by importing it.
IMPORTS = "import infra.local.gateway.__main__, infra.local.event_sources.__main__"
TRIAL_TIMEOUT_S = 30.0
MAX_NAMED = 3


@dataclass(frozen=True)
class Verdict:
    """What changed, for people, and why it cannot be taken: None if it can."""

    changed: str
    error: str | None


class Trial(Protocol):
    """An attempt to import the changed code."""

    def result(self) -> tuple[bool, str | None]:
        """Whether it is over, and the error that it met."""

    def cancel(self) -> None:
        """End it, over or not."""


class ImportTrial:
    """Imports the code in a process of its own, with the environment of a part."""

    def __init__(self, environment: dict[str, str], root: Path = ROOT) -> None:
        self._root = root
        self._deadline = time.monotonic() + TRIAL_TIMEOUT_S
        self._errors: IO[bytes] = TemporaryFile()  # noqa: SIM115 closed when the trial is over
        self._process = subprocess.Popen(  # noqa: S603 our own modules
            [sys.executable, "-c", IMPORTS],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=self._errors,
            env=environment,
            cwd=root,
            start_new_session=True,
        )

    def result(self) -> tuple[bool, str | None]:
        """Whether it is over, and the error that it met, with its file and line."""
        status = self._process.poll()
        if status is None:
            if time.monotonic() < self._deadline:
                return False, None
            self.cancel()
            return True, f"importing it takes more than {TRIAL_TIMEOUT_S:g} s"
        text = self._read_errors()
        if status == 0:
            return True, None
        return True, last_error(text, self._root) or f"importing it ended with status {status}"

    def cancel(self) -> None:
        """End it, over or not."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self._process.wait()
        self._errors.close()

    def _read_errors(self) -> str:
        with self._errors:
            self._errors.seek(0)
            return self._errors.read().decode(errors="replace")


class Reloader:
    """Watches the sources and tries what changed; `begin_trial` begins an attempt."""

    def __init__(self, watcher: SourceWatcher, begin_trial: Callable[[], Trial]) -> None:
        self._watcher = watcher
        self._begin_trial = begin_trial
        self._changed: frozenset[Path] = frozenset()
        self._trial: Trial | None = None

    def tend(self) -> Verdict | None:
        """The verdict on changed files once their trial is over; None until then.

        Files that change during a trial begin another one.
        """
        if changed := self._watcher.poll_changes():
            self.stop()
            self._changed |= changed
            try:
                self._trial = self._begin_trial()
            except OSError as refusal:
                return Verdict(_name_some(self._changed), f"it cannot be tried: {refusal.strerror}")
        return self._verdict()

    def stop(self) -> None:
        """End a trial that is under way."""
        if self._trial is not None:
            self._trial.cancel()
            self._trial = None

    def _verdict(self) -> Verdict | None:
        if self._trial is None:
            return None
        is_over, error = self._trial.result()
        if not is_over:
            return None
        verdict = Verdict(_name_some(self._changed), error)
        self._trial = None
        if error is None:
            self._changed = frozenset()
        return verdict


def _name_some(paths: frozenset[Path], root: Path = ROOT) -> str:
    names = sorted(str(path.relative_to(root)) for path in paths)
    more = len(names) - MAX_NAMED
    listed = ", ".join(names[:MAX_NAMED])
    return f"{listed} and {more} more files" if more > 0 else listed
