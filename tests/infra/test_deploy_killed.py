"""A deployment that was killed at any step is finished by running it again, with nothing twice.

At the emulator, by Chalice itself on a small application; the stacks are there beforehand.
"""

import json
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from infra.declared.function_kinds import Function
from infra.declared.stages import DEV
from infra.deploy import flow as flows
from infra.deploy.cdk import Cdk
from infra.deploy.doctor.account import BOOTSTRAP
from infra.deploy.flow import (
    FINISHED,
    LAST_STACKS,
    MADE,
    PREPARED,
    PUBLISHED,
    STACKS,
    STEPS,
    Flow,
)
from infra.deploy.project import Project
from infra.deploy.wheels import HOST
from infra.rehearsal.assertions import CheckFailed
from infra.rehearsal.emulator import SAMPLE_FUNCTION, run_emulator
from infra.rehearsal.inventory import take_inventory
from infra.rehearsal.killing import kill_after, kill_when

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
# The ids are AWS's to choose.
BY_NUMBER = ("mappings", "apis")

pytestmark = pytest.mark.timeout(600)  # real runs of Chalice, on a machine that may be busy


@pytest.fixture(autouse=True, scope="module")
def _without_console():
    """Nothing of it is built in tests."""
    with pytest.MonkeyPatch.context() as patched:
        empty = SimpleNamespace(require_built=lambda: None, publish=lambda *_: 0)
        patched.setattr(flows, "console", empty)
        yield


@contextmanager
def emulated(folder):
    """An emulator, and the flow of a small application with a route and a queue's handler."""
    with run_emulator(folder, enforces_iam=False) as running:
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


def has_more(running, kind, before):
    """Whether there is more of a kind than before; Chalice is still running then."""
    return lambda: len(take_inventory(running)[kind]) > len(before[kind])


def look(running):
    """What there is, with numbers in place of ids."""
    found = take_inventory(running)
    return found | {kind: len(found[kind]) for kind in BY_NUMBER}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """What a deployment makes that nobody kills, and another one leaves as it is."""
    with emulated(tmp_path_factory.mktemp("undisturbed")) as (running, flow):
        flow.deploy()
        made = look(running)
        with pytest.raises(CheckFailed, match="ended with 0 before never"):
            kill_when(flow, lambda: False, "never")
        assert look(running) == made
        return made


def test_killed_at_every_step_a_deployment_is_finished_by_running_it_again(tmp_path, undisturbed):
    with emulated(tmp_path) as (running, flow):
        kill_everywhere(running, flow)
        flow.deploy()
        assert look(running) == undisturbed


def kill_everywhere(running, flow):
    """Each run goes on from what the killed one before it left, and gets a step further."""
    before = take_inventory(running)
    for step in (PREPARED, STACKS):
        kill_after(flow, step)
    for kind in (
        "roles",
        "functions",
        "mappings",
        "apis",
    ):  # in the order in which Chalice makes them
        kill_when(flow, has_more(running, kind, before), f"there was one of the {kind}")
    for step in (MADE, LAST_STACKS, FINISHED, PUBLISHED):
        kill_after(flow, step)


def test_a_deployment_makes_each_thing_once(undisturbed):
    assert (undisturbed["apis"], undisturbed["mappings"]) == (1, 1)
    assert undisturbed["functions"] == ["omnidata-dev", "omnidata-dev-count_messages"]


def test_every_step_is_one_at_which_a_deployment_is_killed():
    assert STEPS == (PREPARED, STACKS, MADE, LAST_STACKS, FINISHED, PUBLISHED)
