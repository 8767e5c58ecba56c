"""Whole deployments at the emulator, by Chalice itself, of a small application.

It has a route and a queue's handler; its stacks are there beforehand, and it has no console.
"""

import json
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.declared.function_kinds import Function
from infra.declared.stages import DEV
from infra.deploy import flow as flows
from infra.deploy import steps
from infra.deploy.cdk import Cdk
from infra.deploy.doctor.account import BOOTSTRAP
from infra.deploy.flow import Flow
from infra.deploy.project import Project
from infra.deploy.wheels import HOST
from infra.rehearsal.emulator import SAMPLE_FUNCTION, run_emulator

ROUTES = Function(handler=None, memory_mb=256, timeout_s=10)
ROUTE = """

@app.route("/health")
def health() -> dict[str, str]:
    return {}
"""
LAST_OUTPUTS = {
    "ApiAccessLogs": "arn:aws:logs:us-east-1:1:log-group:/aws/apigateway/omnidata-dev:*",
    "ApiLogsRole": "arn:aws:iam::000000000000:role/logs",
    "ApiEndpoint": "https://abc.execute-api.us-east-1.amazonaws.com/dev/ingest",
}


@contextmanager
def emulated(folder):
    """An emulator, and the flow of a small application with a route and a queue's handler."""
    with (
        run_emulator(folder, enforces_iam=False) as running,
        pytest.MonkeyPatch.context() as patched,
    ):
        empty = SimpleNamespace(require_built=lambda: None, publish=lambda *_: 0)
        for module in (flows, steps):
            patched.setattr(module, "console", empty)  # nothing of it is built in tests
        yield running, make_flow(running)


def make_flow(running):
    client, place = running.cloud.client, running.cloud.find_place()
    client("ssm").put_parameter(Name=BOOTSTRAP, Value="28", Type="String")
    client("s3").create_bucket(Bucket=DEV.bucket("omni-deploy-state", place.account))
    project = small_project(running)
    outputs = running.provision(DEV).outputs | LAST_OUTPUTS
    return Flow(
        stage=DEV,
        cloud=running.cloud,
        place=place,
        cdk=Cdk(running.cloud, DEV, project.root, cdk_with(outputs)),
        project=project,
        parameters={},
        target=HOST,
        say=lambda text: None,
    )


def small_project(running):
    root = running.copy_sample().root
    template = root / ".chalice" / "config.template.json"
    template.write_text(template.read_text().replace('"rehearsal"', '"omnidata"'))
    app = root / "app.py"
    app.write_text(app.read_text().replace('"rehearsal"', '"omnidata"') + ROUTE)
    return Project(root, (ROUTES, SAMPLE_FUNCTION))


def cdk_with(outputs):
    """A CDK whose stacks are there, with these outputs."""

    def run(arguments, folder, environment):
        if "--outputs-file" in arguments:
            file = Path(arguments[arguments.index("--outputs-file") + 1])
            file.write_text(json.dumps({"omnidata-dev-data": outputs}))
        return 0

    return run
