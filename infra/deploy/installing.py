"""pip with visible progress: `python -m infra.deploy.installing FILE` installs a requirements file.

It runs before anything is installed, so it needs the standard library alone. A terminal shows one
line that changes, anything else a line a package.
"""

import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from typing import TextIO

PIP = (sys.executable, "-m", "pip", "install", "--disable-pip-version-check", "--progress-bar=off")
ALL_FOUND = "Installing collected packages:"
# From an index pip collects a package by its name, from a folder it processes a wheel by its path.
_FOUND = re.compile(r"Collecting ([A-Za-z0-9._-]+)|Processing .*/([A-Za-z0-9._]+)-")
_LINE_WIDTH = 60
_KEPT_LINES = 30  # of what pip prints, for when it fails


def main(file: str) -> int:
    """Install what `file` lists into the environment of this interpreter; returns pip's status."""
    begun = time.monotonic()
    latest: deque[str] = deque(maxlen=_KEPT_LINES)
    with subprocess.Popen(  # noqa: S603 pip on a file of ours
        [*PIP, "-r", file], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        count = show(_keep_latest(pip.stdout or (), latest), sys.stderr)
    if pip.returncode:
        print(f"The installation failed. pip says:\n{''.join(latest)}", file=sys.stderr)
        return pip.returncode
    took_s = time.monotonic() - begun
    print(f"  {count} packages installed in {took_s:.0f} s.", file=sys.stderr)
    return 0


def show(lines: Iterable[str], screen: TextIO) -> int:
    """Show each package that pip's `lines` name, as they come; returns how many will be installed.

    Those that are there already are not counted.
    """
    names: dict[str, None] = {}
    total = 0
    for line in lines:
        if line.startswith(ALL_FOUND):
            total = line.count(",") + 1
            _put(screen, f"unpacking {total} packages ...")
        elif (found := _FOUND.match(line)) and (name := found[1] or found[2]) not in names:
            names[name] = None
            _put(screen, f"{len(names)}. {name}")
    if screen.isatty():
        screen.write("\r" + " " * _LINE_WIDTH + "\r")
    return total


def _keep_latest(lines: Iterable[str], latest: deque[str]) -> Iterator[str]:
    for line in lines:
        latest.append(line)
        yield line


def _put(screen: TextIO, text: str) -> None:
    line = f"  {text}"
    screen.write(f"\r{line:<{_LINE_WIDTH}}" if screen.isatty() else f"{line}\n")
    screen.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
