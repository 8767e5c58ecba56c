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
OLDEST_RUNTIME = (3, 12)  # Lambda runs this Python or newer, whatever this machine has
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;#]+)")
# A package has a copy of Chalice's runtime; as a requirement, chalice would add botocore.
_NOT_PACKAGED = frozenset({"chalice"})
_GLIBC = ("manylinux2014", "manylinux_2_28")  # Amazon Linux 2023 has glibc 2.34


class MissingWheel(Exception):
    """A wheel is not in the cache; the message says how to fetch it."""


@dataclass(frozen=True)
class Target:
    """The Python version and the processor of a package; `machine` is written as in wheel names."""

    python: tuple[int, int]
    machine: str

    @property
    def version(self) -> str:
        """As Lambda writes it, such as 3.12."""
        return ".".join(str(part) for part in self.python)

    @property
    def folder(self) -> str:
        """The folder of its wheels in the cache."""
        return f"{self.version}-{self.machine}"


@dataclass(frozen=True)
class Requirement:
    """One pinned distribution."""

    name: str
    version: str

    def matches(self, wheel: Path) -> bool:
        """Whether the wheel is of this distribution; wheels may spell its name differently."""
        name, version, *_ = wheel.name.split("-")
        return (_normalize(name), version) == (_normalize(self.name), self.version)


HOST = Target(sys.version_info[:2], platform.machine())
AWS = Target(max(HOST.python, OLDEST_RUNTIME), "aarch64")  # Graviton, Lambda's arm64


def read_project_requirements(root: Path) -> list[Requirement]:
    """The pinned distributions in the package of the project in `root`."""
    files = [root / name for name in REQUIREMENTS]
    return [requirement for file in files for requirement in read_requirements(file)]


def read_requirements(path: Path) -> list[Requirement]:
    """The pinned distributions of one requirements file, without Chalice."""
    pins = [_PINNED.match(line) for line in path.read_text().splitlines()]
    pinned = [Requirement(pin[1], pin[2]) for pin in pins if pin]
    return [pin for pin in pinned if _normalize(pin.name) not in _NOT_PACKAGED]


def find_wheels(
    requirements: Iterable[Requirement], target: Target, cache: Path = CACHE
) -> list[Path]:
    """The cached wheels of the requirements.

    Raises MissingWheel.
    """
    wheels = sorted((cache / target.folder).glob("*.whl"))
    return [_find_wheel(requirement, wheels, target) for requirement in requirements]


def fetch_missing_wheels(
    requirements: Iterable[Requirement], target: Target, cache: Path = CACHE
) -> None:
    """Download the wheels that are not in the cache.

    Raises subprocess.CalledProcessError when pip finds no such wheel.
    """
    for requirement in requirements:
        try:
            find_wheels([requirement], target, cache)
        except MissingWheel:
            print(f"  {requirement.name} for {target.folder}", file=sys.stderr, flush=True)
            command = _pip_download(requirement, target, cache)
            subprocess.run(command, check=True)  # noqa: S603 pip on pinned names


def _find_wheel(requirement: Requirement, wheels: list[Path], target: Target) -> Path:
    for wheel in wheels:
        if requirement.matches(wheel):
            return wheel
    raise MissingWheel(
        f"no wheel of {requirement.name} {requirement.version} for Python {target.version} on "
        f"{target.machine}: `make venv` fetches it"
    )


def _pip_download(requirement: Requirement, target: Target, cache: Path) -> list[str]:
    options = ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "-qq"]
    if target != HOST:
        options += [f"--platform={glibc}_{target.machine}" for glibc in _GLIBC]
        options += [f"--python-version={target.version}", "--implementation=cp"]
    folder = ["--dest", str(cache / target.folder)]
    pin = f"{requirement.name}=={requirement.version}"
    return [sys.executable, "-m", "pip", "download", *options, *folder, pin]


def _normalize(name: str) -> str:
    """A distribution's name in the form that PEP 503 compares."""
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    for wanted in (AWS, HOST):
        fetch_missing_wheels(read_project_requirements(ROOT), wanted)
