"""`make deploy` whole, on the emulator: the CDK's and Chalice's own commands in their order.

A copy of the project is deployed, deployed again without a change, and destroyed.
"""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from infra.declared.stages import DEV
from infra.deploy.cdk import COMMAND, Cdk
from infra.deploy.config import ROOT
from infra.deploy.flow import ENDPOINT, Flow
from infra.deploy.mappings import FLAG, VARIABLE
from infra.deploy.project import Project
from infra.deploy.wheels import HOST, REQUIREMENTS
from infra.rehearsal.calling import DeployedApi
from infra.rehearsal.emulated import Emulated
from infra.rehearsal.expecting import Failed, expect
from infra.rehearsal.inventory import inventory

# The emulator knows no GuardDuty and no Security Hub at all, not even as records.
STAGE = replace(DEV, guards_account=False)
_FOLDERS = ("chalicelib", "frontend", "infra", "worker")
_FILES = ("app.py", "cdk.json", "openapi.json", *REQUIREMENTS)
_LINKED = (".venv-infra", "infra/node_modules")

Say = Callable[[str], None]


def rehearse_whole(running: Emulated, say: Say = print) -> None:
    """Deploy, deploy again, destroy; raise Failed when something is not as it has to be."""
    root = _copy(running.folder / "whole")
    flow = Flow(
        stage=STAGE,
        cloud=running.cloud,
        place=running.cloud.place(),
        cdk=Cdk(running.cloud, STAGE, root),
        project=Project(root),
        parameters={},
        target=HOST,
        say=say,
    )
    _bootstrap(running, root)
    before = inventory(running)
    flow.deploy()
    _verify(running, flow)
    first = inventory(running)
    flow.deploy()
    expect("what a second deployment made", inventory(running), first)
    _verify(running, flow)
    flow.destroy()
    after = inventory(running)
    # API Gateway's role for logs is the account's from then on, as its stack documents.
    roles = after.pop("account's log role")
    after["roles"] = [name for name in after["roles"] if not roles[0].endswith(name)]
    before.pop("account's log role")
    expect("what a destroyed stage left", after, before)
    say("deployed, deployed again and destroyed: nothing is left but the account's role for logs")


def _verify(running: Emulated, flow: Flow) -> None:
    rest_api_id = flow.project.deployed(STAGE.name)["rest_api"]["rest_api_id"]
    api = DeployedApi(running.config.endpoint_url, rest_api_id, STAGE.name)
    healthy = api.send("GET", "/health")
    expect("/health", (healthy.status, healthy.body["stage"]), (200, STAGE.name))
    refused = api.send("POST", "/stream", {"user_id": "a"})
    expect("no sign-in", (refused.status, refused.body["code"]), (401, "unauthenticated"))
    outputs = flow.project.outputs(STAGE.name)
    origin = refused.headers.get("Access-Control-Allow-Origin")
    expect("its origin", origin, outputs["ConsoleUrl"])
    keyless = api.send("POST", "/ingest", {"tenant_id": "acme", "text": "a"})
    expect("no key", (keyless.status, keyless.body["code"]), (401, "unauthenticated"))
    expect("the endpoint", outputs[ENDPOINT], f"{outputs['ApiUrl']}ingest")
    _verify_sources(running, flow)


def _verify_sources(running: Emulated, flow: Flow) -> None:
    """Every mapping has its flag, and every handler of one knows it."""
    client = running.cloud.client("lambda")
    mappings = client.list_event_source_mappings()["EventSourceMappings"]
    sources = [each for each in flow.project.functions if each.source is not None]
    expect("mappings", len(mappings), len(sources))
    for each in mappings:
        expect("a mapping's flag", each["FunctionResponseTypes"], [FLAG])
    for each in sources:
        name = each.name(STAGE.function_prefix)
        told = client.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        expect(f"what {each.label} is told", told.get(VARIABLE), "1")


def _bootstrap(running: Emulated, root: Path) -> None:
    """What an operator does once an account and region."""
    place = running.cloud.place()
    command = [COMMAND, "bootstrap", f"aws://{place.account}/{place.region}"]
    environment = running.cloud.environment() | {"STAGE": STAGE.name}
    ended = subprocess.run(command, cwd=root, env=environment, check=False)  # noqa: S603 the CDK itself
    if ended.returncode:
        raise Failed("cdk bootstrap failed")


def _copy(root: Path) -> Path:
    """The project without what it was built from: a rehearsal leaves nothing in the original."""
    ignored = shutil.ignore_patterns("__pycache__", "node_modules")
    for name in _FOLDERS:
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    for name in (*_FILES, ".chalice/config.template.json"):
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    for name in _LINKED:
        (root / name).symlink_to(ROOT / name)
    return root
