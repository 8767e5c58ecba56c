"""Files between here and there: of one run at a time, and read by nobody else on the machine."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from infra.transfer.refusal import MoveRefused

_OTHERS = 0o077  # the rights of everybody else


@contextmanager
def private_files() -> Iterator[None]:
    """Let files and folders that this process makes be read by its user alone: they are data."""
    before = os.umask(_OTHERS)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def hold(path: Path) -> Iterator[None]:
    """Hold a folder, or a file that is made for it, until the end, whatever that is.

    Raises MoveRefused while another run holds it, OSError for a folder that is not there.
    """
    flags = os.O_RDONLY if path.is_dir() else os.O_RDONLY | os.O_CREAT
    descriptor = os.open(path, flags, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise MoveRefused(f"another export or import is at work with {path}") from error
    finally:
        os.close(descriptor)
