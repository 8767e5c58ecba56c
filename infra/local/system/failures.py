"""Why a process ended, in one line: the last traceback that it printed."""

import re
from pathlib import Path

from infra.local.config import ROOT

TAIL_BYTES = 64 * 1024
_BEGIN = "Traceback (most recent call last):\n"
_FRAME = re.compile(r'^ *File "(.+)", line (\d+)', re.MULTILINE)
_INSTALLED = "site-packages"


def last_error(text: str, root: Path = ROOT) -> str | None:
    """`app.py:12: NameError: ...` of the last traceback in `text`; None if it has none.

    The place is the innermost one in the project's own files, else the innermost.
    """
    _, begin, traceback = text.rpartition(_BEGIN)
    frames = list(_FRAME.finditer(traceback))
    if not (begin and frames):
        return None
    own = [frame for frame in frames if _is_own(Path(frame[1]), root)]
    place = (own or frames)[-1]
    error = _first_unindented(traceback[frames[-1].end() :])
    return f"{_relative_to(Path(place[1]), root)}:{place[2]}: {error}"


def last_error_in(log: Path, start: int, root: Path = ROOT) -> str | None:
    """The last error in a log file from byte `start` on; None without one, or without the file."""
    try:
        with log.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(start, size - TAIL_BYTES))
            text = file.read().decode(errors="replace")
    except OSError:
        return None
    return last_error(text, root)


def _is_own(path: Path, root: Path) -> bool:
    return path.is_relative_to(root) and _INSTALLED not in path.parts


def _relative_to(path: Path, root: Path) -> Path:
    return path.relative_to(root) if path.is_relative_to(root) else path


def _first_unindented(text: str) -> str:
    """The line that names the error: behind the innermost frame and its source line."""
    lines = [line for line in text.splitlines()[1:] if line and not line[0].isspace()]
    return lines[0] if lines else "unknown error"
