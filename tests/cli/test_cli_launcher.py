"""The launcher that `make venv` installs."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LAUNCHER = ROOT / "infra" / "cli" / "omni"


def run(program, *arguments, cwd):
    return subprocess.run(  # noqa: S603 our own launcher, and make
        [program, *arguments], cwd=cwd, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.fixture
def checkout(tmp_path):
    """A checkout whose environment was installed before there was a launcher."""
    (tmp_path / "infra/cli").mkdir(parents=True)
    (tmp_path / ".venv/bin").mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(LAUNCHER, tmp_path / "infra/cli")
    return tmp_path


def make(checkout):
    """What `make venv` does of it, with an environment that counts as installed."""
    done = run("make", "-o", ".venv/installed", ".venv/bin/omni", cwd=checkout)
    assert done.returncode == 0, done.stderr
    return (checkout / ".venv/bin/omni").read_text()


def test_an_environment_that_is_there_gets_the_launcher_and_each_change_of_it(checkout):
    assert make(checkout) == LAUNCHER.read_text()
    assert (checkout / ".venv/bin/omni").stat().st_mode & 0o111
    source = checkout / "infra/cli/omni"
    source.write_text("#!/bin/sh\n# changed\n")
    later = (checkout / ".venv/bin/omni").stat().st_mtime + 1
    os.utime(source, (later, later))
    assert make(checkout) == "#!/bin/sh\n# changed\n"


def test_the_environment_of_a_checkout_has_a_launcher():
    target = next(
        line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith("venv:")
    )
    assert ".venv/bin/omni" in target


@pytest.mark.parametrize("by_link", [True, False])
def test_it_works_from_any_directory(tmp_path, by_link):
    # A module of that directory's would take the place of one of ours.
    (tmp_path / "argparse.py").write_text("raise SystemExit('a foreign module')")
    program = LAUNCHER
    if by_link:
        program = tmp_path / "omni"
        program.symlink_to(LAUNCHER)
    shown = run(program, "--help", cwd=tmp_path)
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.startswith("usage: omni ")
