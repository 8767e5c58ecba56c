"""An emulator for one rehearsal: its own process, port and state, gone afterwards."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.declared import access
from infra.declared.functions import Calls, Function, Source
from infra.declared.stages import Stage
from infra.deploy.cloud import Cloud
from infra.deploy.config import ROOT
from infra.deploy.project import Project
from infra.deploy.wheels import REQUIREMENTS
from infra.local.config import HOST, REGION, LocalConfig
from infra.local.emulator import launcher
from infra.local.provision.provision import Provisioned, provision
from infra.rehearsal import roles

SAMPLE = Path(__file__).parent / "sample" / "app.py"
SAMPLE_FUNCTION = Function(
    handler="count_messages",
    memory_mb=256,
    timeout_s=10,
    calls=(
        Calls("STATE_TABLE", ("dynamodb:UpdateItem",)),
        Calls("SEARCH_QUEUE_URL", ("sqs:DeleteMessage",)),
    ),
    source=Source(service="sqs", variable="SEARCH_QUEUE_URL"),
)
_READY_S = 20.0
_STOP_S = 10.0
SHIMMED = "infra.local.emulator.chalice_shim"
WITH_STAND_INS = "infra.rehearsal.stand_ins"
CONSOLE = "https://console.example.com/"


class NotReady(Exception):
    """The emulator did not answer in time; its log says why."""


@dataclass(frozen=True)
class Emulated:
    """A running emulator; `folder` is the rehearsal's own."""

    cloud: Cloud
    config: LocalConfig
    folder: Path

    def provision(self, stage: Stage) -> Provisioned:
        """Make the resources that the stacks would make, with the outputs they would have."""
        place = self.cloud.place()
        made = provision(self.config, stage.resources(place.account))
        table = place.arn("dynamodb", f"table/{made.outputs['LogsTable']}")
        reader = stage.physical(access.TENANT_READER)
        role = roles.provide(self.cloud.client, reader, place, access.TENANT_READS, table)
        others = {"ConsoleUrl": CONSOLE, access.TENANT_READER_OUTPUT: role}
        return Provisioned(made.outputs | others, made.variables)

    def project(self) -> Project:
        """A copy of this project: a rehearsal leaves nothing in the original."""
        return Project(_copied(ROOT, self.folder / "project", ROOT / "app.py"))

    def sample(self) -> Project:
        """A project with the sample application, whose one function reads a queue."""
        root = _copied(ROOT, self.folder / "sample", SAMPLE)
        template = root / ".chalice" / "config.template.json"
        template.write_text(template.read_text().replace('"omnidata"', '"rehearsal"'))
        return Project(root, (SAMPLE_FUNCTION,))


@contextmanager
def emulated(
    folder: Path, *, module: str = SHIMMED, roles_count: bool = True
) -> Iterator[Emulated]:
    """Run an emulator with its state below `folder`; with `roles_count`, IAM is as on AWS.

    Raises NotReady.
    """
    config = LocalConfig(_free_port(), _free_port(), folder / "state", None)
    log_file, scratch = folder / "emulator.log", folder / "tmp"
    scratch.mkdir()
    with log_file.open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 our own modules
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=launcher.environment(config)
            | {"AUTH": str(roles_count).lower(), "TMPDIR": str(scratch)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _await(process, config, log_file)
        yield Emulated(Cloud(REGION, config.endpoint_url), config, folder)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(process: subprocess.Popen[bytes], config: LocalConfig, log_file: Path) -> None:
    deadline = time.monotonic() + _READY_S
    while time.monotonic() < deadline and process.poll() is None:
        if launcher.answers(config.endpoint_url):
            return
        time.sleep(0.05)
    raise NotReady(f"the emulator does not answer; see {log_file}")


def _copied(source: Path, to: Path, app: Path) -> Path:
    (to / ".chalice").mkdir(parents=True)
    shutil.copy(app, to / "app.py")
    for name in REQUIREMENTS:
        shutil.copy(source / name, to)
    shutil.copy(source / ".chalice" / "config.template.json", to / ".chalice")
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(source / "chalicelib", to / "chalicelib", ignore=ignored)
    return to


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
