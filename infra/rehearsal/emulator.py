"""An emulator for one rehearsal, with its own process, port and state, stopped afterwards."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from infra.declared import access
from infra.declared.function_kinds import Calls, Function, Source
from infra.declared.stages import Stage
from infra.deploy.cloud import Cloud
from infra.deploy.config import ROOT
from infra.deploy.copying import copy_project
from infra.deploy.project import Project
from infra.local.config import HOST, REGION, LocalConfig
from infra.local.emulator import launcher
from infra.local.environment import UNGUARDED
from infra.local.provision.provision import Provisioned, provision
from infra.rehearsal import access_roles

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
WITH_PLACEHOLDERS = "infra.rehearsal.placeholders"
CONSOLE = "https://console.example.com/"
RECIPIENTS = {  # of messages: what a stage's configuration says
    "MAIL_FROM": "omnidata@example.com",
    "DEFAULT_EMAILS": "team@example.com",
    "DEFAULT_PHONES": "+15555550100",
}


class NotReady(Exception):
    """The emulator did not start in time; see its log."""


@dataclass(frozen=True)
class RunningEmulator:
    """A running emulator; `folder` belongs to this rehearsal."""

    cloud: Cloud
    config: LocalConfig
    folder: Path

    def provision(self, stage: Stage) -> Provisioned:
        """Create the stacks' resources; return the outputs that the stacks would have."""
        place = self.cloud.find_place()
        made = provision(self.config, stage.resources(place.account))
        table = place.arn("dynamodb", f"table/{made.outputs['LogsTable']}")
        reader = stage.physical(access.TENANT_READER)
        role = access_roles.create(self.cloud.client, reader, place, access.TENANT_READS, table)
        others = {"ConsoleUrl": CONSOLE, access.TENANT_READER_OUTPUT: role}
        return Provisioned(made.outputs | others, made.variables)

    def copy_project(self) -> Project:
        """Copy this project, so that a rehearsal changes no file of the original.

        Its messages go to RECIPIENTS.
        """
        root = copy_project(ROOT, self.folder / "project", ROOT / "app.py")
        template = root / ".chalice" / "config.template.json"
        settings = json.loads(template.read_text())
        for stage in settings["stages"].values():
            stage["environment_variables"] |= RECIPIENTS
        template.write_text(json.dumps(settings))
        return Project(root)

    def copy_sample(self) -> Project:
        """Create a project with the sample application, whose only function reads a queue."""
        root = copy_project(ROOT, self.folder / "sample", SAMPLE)
        template = root / ".chalice" / "config.template.json"
        template.write_text(template.read_text().replace('"omnidata"', '"rehearsal"'))
        return Project(root, (SAMPLE_FUNCTION,))


@contextmanager
def run_emulator(
    folder: Path, *, module: str = SHIMMED, enforces_iam: bool = True
) -> Iterator[RunningEmulator]:
    """Run an emulator with its state under `folder`; with `enforces_iam`, IAM denies as on AWS.

    Raises NotReady.
    """
    config = LocalConfig(_find_free_port(), _find_free_port(), folder / "state", None)
    log_file, scratch = folder / "emulator.log", folder / "tmp"
    scratch.mkdir()
    variables = {"AUTH": str(enforces_iam).lower(), "TMPDIR": str(scratch)}
    process = _start(module, launcher.environment(config) | UNGUARDED | variables, log_file)
    try:
        _wait_until_ready(process, config, log_file)
        yield RunningEmulator(Cloud(REGION, config.endpoint_url), config, folder)
    finally:
        _stop(process)


def _start(module: str, environment: Mapping[str, str], log_file: Path) -> subprocess.Popen[bytes]:
    with log_file.open("wb") as log:
        return subprocess.Popen(  # noqa: S603 our own modules
            [sys.executable, "-m", module],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _wait_until_ready(
    process: subprocess.Popen[bytes], config: LocalConfig, log_file: Path
) -> None:
    deadline_s = time.monotonic() + _READY_S
    while time.monotonic() < deadline_s and process.poll() is None:
        if launcher.responds(config.endpoint_url):
            return
        time.sleep(0.05)
    raise NotReady(f"the emulator does not respond; see {log_file}")


def _find_free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
