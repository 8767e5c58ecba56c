"""The state directory: made if it is missing, and readable by its owner alone."""

import stat
from pathlib import Path

from infra.local.config import ROOT, LocalConfig
from infra.local.system.preflight import CannotRun

PRIVATE = 0o700


def make_private(config: LocalConfig) -> str | None:
    """Make the directory with mode 700, also where it existed: it holds passwords and keys.

    Returns a sentence when it cannot be made private. One that others need, such as /tmp or a home
    directory, is left as it is. Raises CannotRun when there can be no such directory.
    """
    folder = config.state_dir
    try:
        folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        mode = stat.S_IMODE(folder.stat().st_mode)
    except OSError as error:
        raise CannotRun(
            f"{folder} cannot be made ({error.strerror}); "
            "name a directory of your own with STATE_DIR=..."
        ) from error
    if mode == PRIVATE:
        return None
    reason = _why_shared(folder, mode) or _chmod(folder)
    if reason is None:
        return None
    return (
        f"STATE_DIR {folder} has mode {mode:o} and cannot be made private ({reason}): other users "
        "may read its keys and data."
    )


def _why_shared(folder: Path, mode: int) -> str | None:
    if mode & stat.S_ISVTX:
        return "it is shared by all users"
    whole = folder.resolve()
    if ROOT.resolve().is_relative_to(whole) or Path.home().resolve().is_relative_to(whole):
        return "it holds more than the state"
    return None


def _chmod(folder: Path) -> str | None:
    try:
        folder.chmod(PRIVATE)
    except OSError as error:
        return str(error.strerror)
    return None
