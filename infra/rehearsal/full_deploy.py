"""All of `make deploy` on the emulator, by the commands of the CDK and Chalice.

A copy of the project is deployed after three deployments that were killed, deployed again without a
change, and destroyed.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from infra.declared.gateway_responses import UNAUTHENTICATED
from infra.declared.intake import INTAKE_ROUTES
from infra.declared.stages import HTTP, stage
from infra.deploy.cdk import COMMAND, Cdk
from infra.deploy.choices import choose
from infra.deploy.config import ROOT
from infra.deploy.flow import ENDPOINT, LAST_STACKS, STACKS, Flow
from infra.deploy.mappings import FLAG, VARIABLE
from infra.deploy.project import Project
from infra.deploy.wheels import HOST, REQUIREMENTS
from infra.rehearsal.assertions import CheckFailed, expect
from infra.rehearsal.deployed_api import DeployedApi, send_to_http_api
from infra.rehearsal.emulator import RunningEmulator
from infra.rehearsal.inventory import Inventory, take_inventory
from infra.rehearsal.killing import kill_after, kill_when

# With the variables of a deploy; but the emulator has neither GuardDuty nor Security Hub. Of the
# HTTP API it calls functions by format 2.0 alone, so only what it refuses by itself is asked there.
STAGE = stage("dev", {"INTAKE_API": HTTP, **choose(os.environ, {}), "GUARDS_ACCOUNT": "0"})
_FOLDERS = ("chalicelib", "frontend", "infra", "worker")
_FILES = ("app.py", "cdk.json", "openapi.json", *REQUIREMENTS)
_LINKED = (".venv-infra", "infra/node_modules")

Say = Callable[[str], None]


def rehearse_full_deploy(running: RunningEmulator, say: Say = print) -> None:
    """Kill, deploy, deploy again and destroy; raises CheckFailed for an unexpected result."""
    root = _copy_project(running.folder / "whole")
    flow = _make_flow(running, root, say)
    _bootstrap(running, root)
    before = take_inventory(running)
    _kill_three_times(running, flow, say)
    flow.deploy()
    _verify(running, flow)
    first = take_inventory(running)
    flow.deploy()
    expect("what a second deployment made", take_inventory(running), first)
    _verify(running, flow)
    flow.destroy()
    _expect_nothing_left(before, take_inventory(running))
    say("deployed, deployed again and destroyed: nothing is left but the account's role for logs")


def _kill_three_times(running: RunningEmulator, flow: Flow, say: Say) -> None:
    """Behind the first stacks, in Chalice's run as soon as there is an API, and at the end."""

    def has_api() -> bool:
        return bool(take_inventory(running)["apis"])

    kill_after(flow, STACKS)
    say("killed after the first stacks")
    kill_when(flow, has_api, "there was an API")
    say("killed while Chalice made the API")
    kill_after(flow, LAST_STACKS)
    say("killed before the finishing step")
    expect("APIs after three kills", len(take_inventory(running)["apis"]), 1)


def _make_flow(running: RunningEmulator, root: Path, say: Say) -> Flow:
    return Flow(
        stage=STAGE,
        cloud=running.cloud,
        place=running.cloud.find_place(),
        cdk=Cdk(running.cloud, STAGE, root),
        project=Project(root),
        parameters={},
        target=HOST,
        say=say,
    )


def _expect_nothing_left(before: Inventory, after: Inventory) -> None:
    """The account keeps API Gateway's role for logs, as the api stack documents."""
    (role,) = after.pop("account's log role")
    after["roles"] = [name for name in after["roles"] if not role.endswith(name)]
    before.pop("account's log role")
    expect("what a destroyed stage left", after, before)


def _verify(running: RunningEmulator, flow: Flow) -> None:
    rest_api_id = flow.project.read_deployed(STAGE.name)["rest_api"]["rest_api_id"]
    api = DeployedApi(running.config.endpoint_url, rest_api_id, STAGE.name)
    health = api.send("GET", "/health")
    expect("/health", (health.status, health.body["stage"]), (200, STAGE.name))
    refused = api.send("POST", "/stream", {"user_id": "a"})
    expect("no sign-in", (refused.status, refused.body["code"]), (401, "unauthenticated"))
    outputs = flow.project.outputs(STAGE.name)
    origin = refused.headers.get("Access-Control-Allow-Origin")
    expect("its origin", origin, outputs["ConsoleUrl"])
    keyless = api.send("POST", "/ingest", {"tenant_id": "acme", "text": "a"})
    expect("no key", (keyless.status, keyless.body["code"]), (401, "unauthenticated"))
    expect("the endpoint", outputs[ENDPOINT], f"{outputs['IntakeUrl']}ingest")
    if STAGE.has_http_intake:
        _verify_intake(running, outputs["IntakeUrl"])
    _verify_sources(running, flow)


def _verify_intake(running: RunningEmulator, url: str) -> None:
    """The HTTP API has its routes, and takes nothing without a token or a key."""
    gateway = running.cloud.client("apigatewayv2")
    (api,) = gateway.get_apis()["Items"]
    routes = {item["RouteKey"] for item in gateway.get_routes(ApiId=api["ApiId"])["Items"]}
    expect("routes of intake", routes, {route.key for route in INTAKE_ROUTES})
    expect("its address", url.partition(".")[0], f"https://{api['ApiId']}")
    for route in INTAKE_ROUTES:
        status = send_to_http_api(running.config.endpoint_url, api["ApiId"], route.path)
        expect(f"{route.key} of nobody", status, UNAUTHENTICATED)


def _verify_sources(running: RunningEmulator, flow: Flow) -> None:
    """Every mapping has ReportBatchItemFailures, and every handler has the variable."""
    client = running.cloud.client("lambda")
    mappings = client.list_event_source_mappings()["EventSourceMappings"]
    functions = [
        function
        for function in flow.project.functions
        if function.source is not None and not function.source.is_schedule
    ]
    expect("mappings", len(mappings), len(functions))
    for mapping in mappings:
        expect("a mapping's flag", mapping["FunctionResponseTypes"], [FLAG])
    for function in functions:
        name = function.name(STAGE.function_prefix)
        configuration = client.get_function_configuration(FunctionName=name)
        variables = configuration["Environment"]["Variables"]
        expect(f"{VARIABLE} of {function.label}", variables.get(VARIABLE), "1")


def _bootstrap(running: RunningEmulator, root: Path) -> None:
    """Run `cdk bootstrap`, as an operator does once per account and region."""
    place = running.cloud.find_place()
    command = [COMMAND, "bootstrap", f"aws://{place.account}/{place.region}"]
    environment = running.cloud.build_environment() | {"STAGE": STAGE.name}
    ended = subprocess.run(command, cwd=root, env=environment, check=False)  # noqa: S603 the CDK itself
    if ended.returncode:
        raise CheckFailed("cdk bootstrap failed")


def _copy_project(root: Path) -> Path:
    """Copy the project without caches, so that a rehearsal changes no file of the original."""
    ignored = shutil.ignore_patterns("__pycache__", "node_modules")
    for name in _FOLDERS:
        shutil.copytree(ROOT / name, root / name, ignore=ignored)
    for name in (*_FILES, ".chalice/config.template.json"):
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    for name in _LINKED:
        (root / name).symlink_to(ROOT / name)
    return root
