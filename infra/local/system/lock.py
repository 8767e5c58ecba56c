"""The lock by which a state directory belongs to one run at a time.

The operating system releases it when the process dies, so a stale one cannot exist.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from infra.local.config import LocalConfig
from infra.local.system import pids
from infra.local.system.preflight import CannotRun


class AlreadyRuns(Exception):
    """Another run holds the state directory."""


@contextmanager
def only_run(config: LocalConfig) -> Iterator[None]:
    """Hold the state directory, which exists, for this process, with its pid on file.

    Raises AlreadyRuns, CannotRun when the directory cannot be written.
    """
    with ExitStack() as held:
        try:
            config.pids_dir.mkdir(exist_ok=True)
            _lock(config, held.enter_context(_open(config)))
            pids.write(config.pid_file(pids.PARENT), os.getpid())
        except OSError as error:
            raise CannotRun(
                f"{config.state_dir} cannot be written ({error.strerror}); "
                "name a directory of your own with STATE_DIR=..."
            ) from error
        try:
            yield
        finally:
            config.pid_file(pids.PARENT).unlink(missing_ok=True)


def is_held(config: LocalConfig) -> bool:
    """Whether a run holds the state directory, so that the parent's pid on file is right."""
    if not config.state_dir.is_dir():
        return False
    with _open(config) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _lock(config: LocalConfig, lock: int) -> None:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise AlreadyRuns(
            f"OmniData already runs with the state in {config.state_dir}; "
            f"stop it with Ctrl-C there or with `{config.make('stop')}`"
        ) from error


@contextmanager
def _open(config: LocalConfig) -> Iterator[int]:
    descriptor = os.open(config.state_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
