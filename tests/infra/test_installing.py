"""An installation shows what it does."""

import io
import subprocess
import sys

import pytest

from infra.deploy import installing
from infra.deploy.config import ROOT

PIP = """\
Looking in links: /opt/wheels
Collecting boto3==1.43.106 (from -r requirements-dev.txt (line 7))
  Downloading boto3-1.43.106-py3-none-any.whl (140 kB)
Processing /opt/wheels/msgspec-0.22.0-cp311-cp311-linux_x86_64.whl (from -r r.txt (line 3))
Collecting boto3==1.43.106 (from another)
Requirement already satisfied: six in ./lib
Installing collected packages: boto3, msgspec
Successfully installed boto3-1.43.106 msgspec-0.22.0
"""


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_each_package_is_a_line_with_its_number():
    screen = io.StringIO()

    assert installing.show(PIP.splitlines(keepends=True), screen) == 2
    assert screen.getvalue() == "  1. boto3\n  2. msgspec\n  unpacking 2 packages ...\n"


def test_a_terminal_shows_one_line_that_changes_and_is_empty_at_the_end():
    screen = Terminal()

    installing.show(PIP.splitlines(keepends=True), screen)

    shown = screen.getvalue()
    assert "\n" not in shown
    assert [line.strip() for line in shown.split("\r")] == [
        "",
        "1. boto3",
        "2. msgspec",
        "unpacking 2 packages ...",
        "",
        "",
    ]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (0, "  2 packages installed in "),
        (3, "The installation failed. pip says:\nLooking in links: /opt/wheels\n"),
    ],
)
def test_the_status_is_pips(status, said, monkeypatch, capfd):
    code = f"import sys; print({PIP!r}); sys.exit({status})"
    monkeypatch.setattr(installing, "PIP", (sys.executable, "-c", code))

    assert installing.main("requirements.txt") == status
    assert said in capfd.readouterr().err


def test_it_runs_before_anything_is_installed():
    code = [sys.executable, "-S", "-c", "import infra.deploy.installing"]
    alone = subprocess.run(code, cwd=ROOT, timeout=30, check=False)  # noqa: S603 fixed words
    assert alone.returncode == 0
