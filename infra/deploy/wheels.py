"""The wheels of the Lambda's requirements, fetched once by the set-up step: `make venv`.

`python -m infra.deploy.wheels` fills `.cache/wheels` for AWS and for this machine, so that
packaging needs no network.
"""

import platform
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from infra.deploy.config import ROOT

REQUIREMENTS = ("requirements.txt", "requirements-tracing.txt")
CACHE = ROOT / ".cache" / "wheels"
OLDEST_RUNTIME = (3, 12)  # what AWS has to run; an older interpreter only packages for itself
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;#]+)")
# Chalice copies its own runtime into a package; as a requirement it would bring botocore along.
_NOT_CARRIED = frozenset({"chalice"})
_GLIBC = ("manylinux2014", "manylinux_2_28")  # Amazon Linux 2023 has glibc 2.34


class MissingWheel(Exception):
    """A wheel was not fetched; the text says how it is."""


@dataclass(frozen=True)
class Target:
    """The interpreter and the processor that a package is for; `machine` as in wheel names."""

    python: tuple[int, int]
    machine: str

    @property
    def version(self) -> str:
        """As Lambda writes it: 3.12."""
        return ".".join(str(part) for part in self.python)

    @property
    def folder(self) -> str:
        """Where its wheels are, below the cache."""
        return f"{self.version}-{self.machine}"


@dataclass(frozen=True)
class Requirement:
    """One pinned distribution."""

    name: str
    version: str

    def is_in(self, wheel: Path) -> bool:
        """Whether the wheel is of this distribution, whose name it writes in its own way."""
        name, version, *_ = wheel.name.split("-")
        return (_plain(name), version) == (_plain(self.name), self.version)


HOST = Target(sys.version_info[:2], platform.machine())
AWS = Target(max(HOST.python, OLDEST_RUNTIME), "aarch64")  # Graviton, Lambda's arm64


def carried(root: Path) -> list[Requirement]:
    """Every pinned distribution that the package of the project in `root` carries."""
    return [each for name in REQUIREMENTS for each in requirements(root / name)]


def requirements(path: Path) -> list[Requirement]:
    """The pinned distributions of one requirements file that a package carries."""
    pins = [_PINNED.match(line) for line in path.read_text().splitlines()]
    found = [Requirement(pin[1], pin[2]) for pin in pins if pin]
    return [each for each in found if _plain(each.name) not in _NOT_CARRIED]


def find(needed: Iterable[Requirement], target: Target, cache: Path = CACHE) -> list[Path]:
    """The cached wheels of the requirements.

    Raises MissingWheel.
    """
    present = sorted((cache / target.folder).glob("*.whl"))
    found = []
    for each in needed:
        wheel = next((wheel for wheel in present if each.is_in(wheel)), None)
        if wheel is None:
            raise MissingWheel(
                f"no wheel of {each.name} {each.version} for Python {target.version} on "
                f"{target.machine}: `make venv` fetches it"
            )
        found.append(wheel)
    return found


def fetch(needed: list[Requirement], target: Target, cache: Path = CACHE) -> None:
    """Fetch what the cache lacks.

    Raises subprocess.CalledProcessError when pip finds no such wheel.
    """
    for each in needed:
        try:
            find([each], target, cache)
        except MissingWheel:
            print(f"  {each.name} for {target.folder}", file=sys.stderr, flush=True)
            subprocess.run(_pip(each, target, cache), check=True)  # noqa: S603 pip on pinned names


def _pip(requirement: Requirement, target: Target, cache: Path) -> list[str]:
    options = ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "-qq"]
    if target != HOST:
        options += [f"--platform={glibc}_{target.machine}" for glibc in _GLIBC]
        options += [f"--python-version={target.version}", "--implementation=cp"]
    folder = ["--dest", str(cache / target.folder)]
    what = f"{requirement.name}=={requirement.version}"
    return [sys.executable, "-m", "pip", "download", *options, *folder, what]


def _plain(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    for one in (AWS, HOST):
        fetch(carried(ROOT), one)
