"""What the tests of senders share."""

import shutil
import subprocess
from pathlib import Path

import pytest
from senders_kit import Logs, Sender
from support.local_system import LocalSystem

NODE = Path(__file__).parent / "node"


@pytest.fixture(scope="session")
def logs(system: LocalSystem) -> Logs:
    """The logs of the system that all tests share."""
    return Logs(system)


@pytest.fixture
def sender(logs: Logs) -> Sender:
    """A tenant of this test's own."""
    return logs.new_sender()


@pytest.fixture(scope="session")
def node_packages() -> None:
    """The packages of the lock file; `make test` has them installed already."""
    if shutil.which("npm") is None:
        pytest.skip("Node with npm is not installed")
    installed, wanted = NODE / "node_modules/.package-lock.json", NODE / "package-lock.json"
    if not installed.exists() or installed.stat().st_mtime < wanted.stat().st_mtime:
        subprocess.run(["npm", "ci", "--silent"], cwd=NODE, timeout=120, check=True)  # noqa: S607
