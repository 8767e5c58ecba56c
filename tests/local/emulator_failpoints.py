"""The emulator, killed at an exact point of its save: `python emulator_failpoints.py <point>`."""

import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from infra.local.emulator import __main__ as emulator
from infra.local.emulator import copies, saved_state


def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)


def between_files():
    """Some services are written, the manifest is not."""
    write = saved_state._write

    def write_or_die(path, content):
        if path.name == "dynamodb.json":
            path.write_bytes(content[: len(content) // 2])
            die()
        return write(path, content)

    saved_state._write = write_or_die


def before_rename():
    """Everything is written, and the current copy is still that of before."""
    copies.promote = die


def halfway_through_the_rename():
    """The current copy of before is removed, and the new one is not in its place."""
    Path.rename = die


if __name__ == "__main__":
    globals()[sys.argv.pop()]()
    emulator.main()
