"""The page on moving data: the commands for a stage on AWS are ones that make knows.

Those for local systems are run in `tests/local/test_transfer_system.py`.
"""

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from infra.deploy import choices

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "migration.md").read_text()
SECTION = "## Containers and PostgreSQL, to functions and back"
PROGRAMS = {
    "deploy": "infra.deploy --stage dev",
    "user": "infra.deploy.user --stage 'dev'",
    "import": "infra.transfer import --stage 'dev'",
    "export": "infra.transfer export --stage 'dev'",
    "image-context": "infra.containers.context",
}


def read_commands():
    text = PAGE.partition(SECTION)[2].partition("\n## ")[0]
    blocks = re.findall(r"^ *```\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("command", read_commands())
def test_a_command_is_one_that_make_knows(command):
    program, target, *given = shlex.split(command)
    names = {each.partition("=")[0] for each in given}
    said = subprocess.run(  # noqa: S603 the page's own commands, which are not run
        [program, "--dry-run", "--old-file=venv", target, *given],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    assert PROGRAMS[target] in said.stdout
    if target == "deploy":
        assert names <= {"STAGE", *choices.NAMES}
    for name in names & {"START", "REPLACE"}:
        assert f"--{name.lower()}" in said.stdout


def test_both_directions_are_there():
    targets = [shlex.split(command)[1] for command in read_commands()]
    assert set(targets) == set(PROGRAMS)
