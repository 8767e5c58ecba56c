"""Make a new workload in this checkout: `python -m infra.scaffold feedback`."""

import argparse
import keyword
import re
import subprocess
import sys
from pathlib import Path
from string import Template

from infra.scaffold.edits import EDITS, FILES, ROUTES, Edit

ROOT = Path(__file__).parents[2]
TEMPLATES = Path(__file__).parent / "templates"
NAME = re.compile(r"[a-z]{2,24}")
SECTION_WIDTH = 95


class CannotScaffold(Exception):
    """The name cannot be used, or a file is not as the scaffold expects it; nothing is written."""


def scaffold(name: str, root: Path = ROOT) -> list[Path]:
    """Write the files of workload `name` and its entries in others; return what changed.

    Raises CannotScaffold.
    """
    if not NAME.fullmatch(name) or keyword.iskeyword(name):
        raise CannotScaffold(f"{name!r}: a name has 2 to 24 lower-case letters, such as feedback")
    if (root / "chalicelib" / name).exists():
        raise CannotScaffold(f"chalicelib/{name} exists already")
    names = {"name": name, "Name": name.title(), "NAME": name.upper()}
    changed = dict(_edit_files(root, names))
    for template, path in FILES.items():
        changed[root / _fill(path, names)] = _fill(_read_template(template), names)
    changed[root / "app.py"] += _fill(
        _read_template(ROUTES), {**names, "dashes": "-" * (SECTION_WIDTH - len(name) - 7)}
    )
    for file, text in changed.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return sorted(changed)


def _edit_files(root: Path, names: dict[str, str]) -> dict[Path, str]:
    texts: dict[Path, str] = {}
    for edit in EDITS:
        path = root / edit.file
        texts[path] = _insert(texts.get(path, path.read_text()), edit, names)
    return texts


def _insert(text: str, edit: Edit, names: dict[str, str]) -> str:
    if text.count(edit.anchor) != 1:
        raise CannotScaffold(f"{edit.file} must hold {edit.anchor!r} once")
    return text.replace(edit.anchor, _fill(edit.text, names) + edit.anchor)


def _fill(text: str, names: dict[str, str]) -> str:
    return Template(text).substitute(names)


def _read_template(name: str) -> str:
    return (TEMPLATES / f"{name}.txt").read_text()


def _tidy(root: Path, paths: list[Path]) -> None:
    """Sort imports, format, and write what is generated from the routes and the declaration."""
    code = [str(path) for path in paths if path.suffix == ".py"]
    for command in (
        ["ruff", "check", "--quiet", "--select", "I", "--fix", *code],
        ["ruff", "format", "--quiet", *code],
        ["infra.deploy.project"],
        ["infra.checks.openapi"],
    ):
        subprocess.run(  # noqa: S603 our own commands
            [sys.executable, "-m", *command], cwd=root, check=True, stdout=subprocess.DEVNULL
        )


def main() -> int:
    """Scaffold, and say what to do next; 1 with one sentence when it cannot be."""
    parser = argparse.ArgumentParser(prog="python -m infra.scaffold", description=__doc__)
    parser.add_argument("name")
    name = parser.parse_args().name
    try:
        changed = scaffold(name)
    except CannotScaffold as error:
        print(f"workload: {error}", file=sys.stderr)
        return 1
    _tidy(ROOT, changed)
    for path in changed:
        print(path.relative_to(ROOT))
    print(f"\nPOST /{name} and GET /{name}/{{{name}_id}} are routes now.")
    print("make run creates the table at its start: start it again if it runs.")
    print("Next: make check, make test-fast; docs/new-workload.md says what each file is for.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
