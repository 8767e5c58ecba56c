"""The byte code of a package's modules, by an interpreter of the version that will run them.

Lambda's file system is read-only: without byte code, every cold start compiles all modules again.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.deploy.wheels import HOST, Target

Files = dict[str, bytes]

# unchecked-hash: Python loads the byte code without comparing it with the source.
# -s removes the "./" from the paths that tracebacks show.
_COMPILE = ["-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", "-s", ".", "."]


def compile_modules(files: Files, target: Target) -> Files | None:
    """The byte code of every module in `files`, under its names in a package.

    Returns None if this machine has no interpreter of the target's version: no other can make it.
    Raises subprocess.CalledProcessError for a module with a syntax error.
    """
    interpreter = _find_interpreter(target)
    if interpreter is None:
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _write_modules(files, folder)
        command = [*interpreter, *_COMPILE]
        subprocess.run(command, cwd=folder, env=_build_environment(target), check=True)  # noqa: S603 ours
        written = folder.rglob("*.pyc")
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in written}


def _find_interpreter(target: Target) -> list[str] | None:
    """The command that runs the target's version without site packages; None if not installed."""
    name = sys.executable if target.python == HOST.python else f"python{target.version}"
    command = [name, "-P", "-S"]
    check = [*command, "-c", f"import sys; sys.exit(sys.version_info[:2] != {target.python})"]
    try:
        ran = subprocess.run(  # noqa: S603 an interpreter by its usual name
            check, env=_build_environment(target), capture_output=True, check=False
        )
    except FileNotFoundError:
        return None
    return command if ran.returncode == 0 else None


def _write_modules(files: Files, folder: Path) -> None:
    for module, source in files.items():
        if module.endswith(".py"):
            path = folder / module
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source)


def _build_environment(target: Target) -> dict[str, str]:
    """The caller's variables with a fixed hash seed, so that the same sources give the same bytes.

    PYENV_VERSION makes pyenv's shims run a version that is installed but not selected.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return inherited | {"PYTHONHASHSEED": "0", "PYENV_VERSION": target.version}
