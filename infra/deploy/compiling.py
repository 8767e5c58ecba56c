"""The byte code of a package's modules, by an interpreter of the version that will run them.

Lambda's file system is read-only: without byte code each cold start compiles everything anew.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from infra.deploy.wheels import HOST, Target

Files = dict[str, bytes]

# Unchecked: Python then takes the byte code without a look at the source's date or content.
_COMPILE = """
import pathlib, py_compile
for path in sorted(pathlib.Path().rglob("*.py")):
    py_compile.compile(
        str(path), dfile=str(path), doraise=True, quiet=1,
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
"""


def compiled(files: Files, target: Target) -> Files | None:
    """The byte code of every module in `files`, under its names in a package.

    None without an interpreter of the target's version on this machine: no other can make it.
    Raises subprocess.CalledProcessError for a module that is no Python.
    """
    interpreter = _interpreter(target)
    if interpreter is None:
        return None
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for module, source in files.items():
            if module.endswith(".py"):
                path = folder / module
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(source)
        command = [*interpreter, _COMPILE]
        subprocess.run(command, cwd=folder, env=_environment(target), check=True)  # noqa: S603 ours
        made = folder.rglob("*.pyc")
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in made}


def _interpreter(target: Target) -> list[str] | None:
    """How to run code with the target's version; no site packages, nothing from the folder."""
    name = sys.executable if target.python == HOST.python else f"python{target.version}"
    command = [name, "-P", "-S", "-c"]
    check = [*command, f"import sys; sys.exit(sys.version_info[:2] != {target.python})"]
    try:
        ran = subprocess.run(  # noqa: S603 an interpreter by its usual name
            check, env=_environment(target), capture_output=True, check=False
        )
    except FileNotFoundError:
        return None
    return command if ran.returncode == 0 else None


def _environment(target: Target) -> dict[str, str]:
    """A fixed hash seed, for the same bytes each time.

    PYENV_VERSION makes a shim run whose version is installed but not the chosen one.
    """
    inherited = {name: each for name, each in os.environ.items() if not name.startswith("PYTHON")}
    return inherited | {"PYTHONHASHSEED": "0", "PYENV_VERSION": target.version}
