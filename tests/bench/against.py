"""This tree against another commit: sections of the bench by turns, and the speed of each line.

The other commit is checked out beside this tree and runs in this tree's environments. Lines that
only one of them has, or that have no figure with a unit, are left out; those of others' code show
how steady the machine was.
"""

import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import NamedTuple

from tests.bench.packages import ROOT
from tests.bench.table import Row, Target

ROUNDS = 3
RUN = """
import importlib, json, sys
rows = importlib.import_module(f"tests.bench.{sys.argv[1]}").run()
print(json.dumps([(row.what, row.measured) for row in rows]))
"""
_FIGURE = re.compile(r"(\d[\d,.]*) ([a-z/]+)")


class Figure(NamedTuple):
    """The first figure of a line, such as 1,204 messages/s."""

    value: float
    unit: str

    @property
    def speed(self) -> float:
        """The value of a rate, and the inverse of a time."""
        return self.value if self.unit.endswith("/s") else 1 / self.value


_Lines = defaultdict[str, list[Figure]]


def compare(commit: str, sections: Sequence[str]) -> list[Row]:
    """A row a line of the sections: the speed of this tree by that of the other."""
    before: _Lines = defaultdict(list)
    after: _Lines = defaultdict(list)
    with _checkout(commit) as other:
        turns = [(other, before), (ROOT, after)]
        for _, section in product(range(ROUNDS), sections):
            for tree, lines in turns:
                _add(lines, tree, section)
            turns.reverse()
    return [_row(what, before[what], after[what], commit) for what in after if what in before]


@contextmanager
def _checkout(commit: str) -> Iterator[Path]:
    """A tree of the commit, until the block ends."""
    git = ("git", "-C", str(ROOT), "worktree")
    with TemporaryDirectory() as directory:
        tree = Path(directory, "tree")
        subprocess.run([*git, "add", "--quiet", "--detach", tree, commit], check=True)  # noqa: S603 a commit of ours
        try:
            for environment in ROOT.glob(".venv*"):
                (tree / environment.name).symlink_to(environment.resolve())
            yield tree
        finally:
            subprocess.run([*git, "remove", "--force", tree], check=True)  # noqa: S603 as above


def _add(lines: _Lines, tree: Path, section: str) -> None:
    """Run a section, and add the figure of each of its lines."""
    done = subprocess.run(  # noqa: S603 our own bench
        [sys.executable, "-c", RUN, section],
        cwd=tree,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    for what, measured in json.loads(done.stdout.splitlines()[-1]):
        if found := _FIGURE.search(measured):
            figure = Figure(float(found[1].replace(",", "")), found[2])
            lines[f"{section}: {what}"].append(figure)


def _row(what: str, before: list[Figure], after: list[Figure], commit: str) -> Row:
    speeds = [median(figure.speed for figure in figures) for figures in (before, after)]
    values = [median(figure.value for figure in figures) for figures in (before, after)]
    return Row(
        what=what,
        measured=f"{values[0]:,.4g} -> {values[1]:,.4g} {after[0].unit}",
        ratio=speeds[1] / speeds[0],
        against=commit,
        target=Target(at_least=0.95),
    )
