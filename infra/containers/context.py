"""Write the build context of the API's image: `python -m infra.containers.context [folder]`.

It holds the Dockerfile and what the image needs, and nothing else: `app.py`, `chalicelib`, and the
modules of `infra` that the containers' programs import, directly or not.
"""

import ast
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "image-context"
HERE = "infra/containers"
PROGRAMS = ("infra.containers.api", "infra.containers.events", "infra.containers.health")
PRODUCT = "chalicelib"
INFRA = "infra"


def write_context(folder: Path, root: Path = ROOT) -> list[Path]:
    """Write the context to `folder`, in place of what is there; returns its files."""
    shutil.rmtree(folder, ignore_errors=True)
    for file in list_files(root):
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(root / file, target)
    for name in ("Dockerfile", "requirements.txt"):
        shutil.copy(root / HERE / name, folder / name)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def list_files(root: Path = ROOT) -> list[Path]:
    """The files of the app, relative to `root`."""
    product = (path.relative_to(root) for path in (root / PRODUCT).rglob("*") if _is_source(path))
    return [Path("app.py"), *sorted(product), *sorted(_list_modules(root))]


def _is_source(path: Path) -> bool:
    return path.is_file() and "__pycache__" not in path.parts


def _list_modules(root: Path) -> set[Path]:
    """The modules of `infra` that the programs import, with their packages."""
    found: set[Path] = set()
    waiting = list(PROGRAMS)
    while waiting:
        for file in _find_files(root, waiting.pop()):
            if file not in found:
                found.add(file)
                waiting += _list_imports((root / file).read_text())
    return found


def _find_files(root: Path, module: str) -> Iterator[Path]:
    """The file of a module and those of the packages that it is in; none for a name in a module."""
    parts = module.split(".")
    for end in range(1, len(parts) + 1):
        path = Path(*parts[:end])
        for file in (path / "__init__.py", path.with_suffix(".py")):
            if (root / file).is_file():
                yield file


def _list_imports(source: str) -> Iterator[str]:
    """The names of `infra` that a source imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        yield from (name for name in names if name.split(".")[0] == INFRA)


def main() -> int:
    """Write the context, and say where it is."""
    folder = Path(sys.argv[1]).absolute() if sys.argv[1:] else FOLDER
    files = write_context(folder)
    sys.stdout.write(f"{len(files)} files are in {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
