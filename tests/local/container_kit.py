"""The image without an engine: its context, what its Dockerfile copies, and its processes."""

import http.client
import json
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

from support.local_system import free_ports, kept_environment
from support.waiting import until

from infra.containers.context import write_context

READY_WITHIN_S = 30
# Installed packages that the image lacks cannot be imported, and calls of AWS are written down.
ONLY_PINNED = """
import json, os, sys
absent = frozenset(os.environ["ABSENT"].split())
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in absent:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
if "CALLS" in os.environ:
    import botocore.client
    call = botocore.client.BaseClient._make_api_call
    calls = open(os.environ["CALLS"], "a", buffering=1)
    def record(self, operation, params):
        print(json.dumps([self.meta.service_model.service_name, operation]), file=calls)
        return call(self, operation, params)
    botocore.client.BaseClient._make_api_call = record
"""


@dataclass(frozen=True)
class Image:
    """What the Dockerfile makes of its context: files at `root`, variables, command and check."""

    root: Path
    site: Path
    variables: dict[str, str]
    command: list[str]
    check: list[str]
    absent: str

    @classmethod
    def build(cls, folder: Path) -> "Image":
        """Write the context below `folder`, and do what the Dockerfile says."""
        context, root, site = (folder / name for name in ("context", "image", "site"))
        write_context(context)
        lines = (context / "Dockerfile").read_text().replace("\\\n", " ")
        for sources, target in re.findall(r"^COPY (.+) (\S+)$", lines, re.MULTILINE):
            for source in sources.split():
                _copy(context / source, root / target)
        site.mkdir()
        (site / "sitecustomize.py").write_text(ONLY_PINNED)
        (check,) = re.findall(r"HEALTHCHECK .*CMD (\[.+\])$", lines, re.MULTILINE)
        (command,) = re.findall(r"^CMD (\[.+\])$", lines, re.MULTILINE)
        (variables,) = re.findall(r"^ENV (.+)$", lines, re.MULTILINE)
        return cls(
            root=root,
            site=site,
            variables=dict(part.split("=", 1) for part in variables.split()),
            command=json.loads(command),
            check=json.loads(check),
            absent=" ".join(list_absent((root / "requirements.txt").read_text())),
        )

    def environment(self, variables: dict[str, str]) -> dict[str, str]:
        """The environment of a container: what the image sets, and what its task sets."""
        ours = {"ABSENT": self.absent, "PYTHONPATH": str(self.site)}
        return kept_environment() | ours | self.variables | variables

    def run(self, command: list[str], variables: dict[str, str]) -> int:
        """The exit code of a command in a container."""
        program, *arguments = command
        assert program == "python"
        return subprocess.run(  # noqa: S603 our own programs
            [sys.executable, *arguments],
            cwd=self.root,
            env=self.environment(variables),
            check=False,
            timeout=READY_WITHIN_S,
        ).returncode


class Container:
    """One process of the image; `log` is what it printed."""

    def __init__(self, image: Image, command: tuple[str, ...], variables: dict[str, str]) -> None:
        self.image = image
        self.port = free_ports(1)[0]
        self._calls = image.site / f"{self.port}.calls"
        self.variables = {**variables, "PORT": str(self.port), "CALLS": str(self._calls)}
        self._log = image.site / f"{self.port}.log"
        program, *arguments = command
        assert program == "python"
        self.kind = command[-1].rpartition(".")[2]  # api or events
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(  # noqa: S603 our own programs
                [sys.executable, *arguments],
                cwd=image.root,
                env=image.environment(self.variables),
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    @property
    def log(self) -> str:
        """All lines so far."""
        return self._log.read_text()

    @property
    def calls(self) -> set[tuple[str, str]]:
        """Service and operation of the calls that it made."""
        lines = self._calls.read_text().splitlines() if self._calls.exists() else []
        return {(service, operation) for service, operation in map(json.loads, lines)}

    def wait_for(self, text: str) -> "Container":
        """Wait until it has printed that."""

        def has_printed() -> bool:
            assert self.process.poll() is None, self.log
            return text in self.log

        until(has_printed, READY_WITHIN_S, text)
        return self

    def wait_until_healthy(self) -> "Container":
        """Wait until the API says that it is well."""

        def is_healthy() -> bool:
            assert self.process.poll() is None, self.log
            try:
                return self.request("GET", "/health")[0] == 200
            except OSError:
                return False

        until(is_healthy, READY_WITHIN_S, "a healthy API")
        return self

    def request(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON of an answer. Header names have `_` for `-`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if body is not None:
            sent.setdefault("Content-Type", "application/json")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        finally:
            connection.close()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        self.process.send_signal(number)

    def stop(self, within_s: float = 15) -> int:
        """Send SIGTERM; the exit code."""
        self.signal(signal.SIGTERM)
        return self.process.wait(within_s)

    def end(self) -> None:
        """Leave nothing running."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def list_absent(requirements: str) -> list[str]:
    """The installed packages that a requirements file does not pin, by their import names."""
    pinned = {line.split("==")[0].lower() for line in requirements.splitlines() if "==" in line}
    return sorted(
        name
        for name, distributions in packages_distributions().items()
        if not pinned & {each.lower().replace("_", "-") for each in distributions}
        # The interpreter's own start: what an editable install or a virtual environment brings.
        and not name.startswith(("_virtualenv", "__editable__", "_distutils_hack", "distutils"))
    )


def _copy(source: Path, target: Path) -> None:
    """As COPY: a folder's content to the target, a file into the folder that it is."""
    if source.is_dir():
        shutil.copytree(source, target, dirs_exist_ok=True)
        return
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target / source.name)
