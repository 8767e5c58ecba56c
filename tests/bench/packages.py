"""Lambda packages as they are deployed, compiled, and fresh processes that run them."""

import compileall
import json
import os
import py_compile
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from infra.deploy.package import read_botocore_data, read_modules

BENCH = Path(__file__).parent
ROOT = BENCH.parent.parent
PYTHON = ROOT / ".venv-bench" / "bin" / "python"
CHILD_TIMEOUT_S = 120

_IMPORTS_OF_PUBLISHER = re.compile(r"from chalicelib\.publisher[^(]+\([^)]+\)\n")

Fill = Callable[[Path], None]
Figures = dict[str, float]


@contextmanager
def packages(contents: Mapping[str, Fill]) -> Iterator[dict[str, Path]]:
    """A directory a package, filled and compiled, by the same names."""
    with TemporaryDirectory() as directory:
        made = {name: Path(directory, str(number)) for number, name in enumerate(contents)}
        for name, fill in contents.items():
            made[name].mkdir()
            fill(made[name])
            _compile(made[name])
        yield made


def peers_python() -> Path:
    """The interpreter of the peers' own environment."""
    if not PYTHON.exists():
        raise SystemExit("the peers are not installed; `make bench` does it")
    return PYTHON


def product(package: Path) -> None:
    """What the Lambda zip holds of this project."""
    code_alone(package)
    cut_data(package)


def code_alone(package: Path) -> None:
    """The product where botocore reads the runtime's own data."""
    shutil.copy(ROOT / "app.py", package)
    shutil.copytree(
        ROOT / "chalicelib", package / "chalicelib", ignore=shutil.ignore_patterns("__pycache__")
    )


def cut_data(package: Path) -> None:
    """What botocore reads at a cold start, as the zip has it."""
    for name, content in read_botocore_data(read_modules()).items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_bytes(content)


def without_publisher(package: Path) -> None:
    """The product without the publisher's routes and handlers, the last section of `app.py`."""
    product(package)
    app = package / "app.py"
    head, section, _ = app.read_text().partition("\n# --- Publisher -")
    text, imports = _IMPORTS_OF_PUBLISHER.subn("", head)
    if not (section and imports):
        raise ValueError("app.py has no publisher")
    app.write_text(text)


def handler(name: str, backend: str) -> Fill:
    """A function of `handlers/` that calls a module of `backends/`."""

    def fill(package: Path) -> None:
        shutil.copy(BENCH / "handlers" / f"{name}.py", package / "function.py")
        for module in (BENCH / "backends").glob("*.py"):
            shutil.copy(module, package)
        (package / "backend.py").write_text(f"from {backend} import get, put\n")

    return fill


def measured(
    child: str, package: Path, entry: Sequence[str], stdin: Any, variables: Mapping[str, str]
) -> Figures:
    """What `children/<child>.py` prints about a package's function; `entry` as it takes it."""
    return child_figures(peers_python(), child, [str(package), *entry], stdin, variables)


def child_figures(
    python: Path | str,
    child: str,
    arguments: Sequence[str],
    stdin: Any,
    variables: Mapping[str, str],
) -> Figures:
    """The JSON object that `children/<child>.py` prints last, in a fresh process.

    Raises CalledProcessError when it fails; its own words are on standard error.
    """
    done = subprocess.run(  # noqa: S603 our own script
        [python, BENCH / "children" / f"{child}.py", *arguments],
        input=json.dumps(stdin),
        env={"PATH": os.environ["PATH"], "PYTHONDONTWRITEBYTECODE": "1", **variables},
        timeout=CHILD_TIMEOUT_S,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def _compile(package: Path) -> None:
    """As in the deployed zip: without .pyc a cold start compiles all of our source first."""
    compileall.compile_dir(
        package,
        quiet=1,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
