"""The lock by which a state directory belongs to one run at a time.

The operating system lets go of it by itself when the process dies, so a stale one cannot exist.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from infra.local.config import LocalConfig
from infra.local.system import pids


class AlreadyRuns(Exception):
    """Another run holds the state directory."""


@contextmanager
def only_run(config: LocalConfig) -> Iterator[None]:
    """Hold the state directory for this process, with its pid on file.

    Raises AlreadyRuns, and OSError when the directory cannot be written.
    """
    config.state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds passwords
    config.pids_dir.mkdir(exist_ok=True)
    with _opened(config) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyRuns(
                f"OmniData already runs with the state in {config.state_dir}; "
                f"stop it with Ctrl-C there or with `{config.make('stop')}`"
            ) from error
        pids.write(config.pid_file(pids.PARENT), os.getpid())
        try:
            yield
        finally:
            config.pid_file(pids.PARENT).unlink(missing_ok=True)


def is_held(config: LocalConfig) -> bool:
    """Whether a run holds the state directory, so that the parent's pid on file is right."""
    if not config.state_dir.is_dir():
        return False
    with _opened(config) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@contextmanager
def _opened(config: LocalConfig) -> Iterator[int]:
    descriptor = os.open(config.state_dir / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)
