"""All of `make deploy` on the emulator, by the commands of the CDK and Chalice.

A copy of the project is deployed after three deployments that were killed, deployed again without a
change, and destroyed.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from infra.declared.stages import HTTP, LOCAL_ACCOUNT, SYSTEM_WARN, stage
from infra.deploy.cdk import COMMAND, Cdk
from infra.deploy.choices import choose
from infra.deploy.config import ROOT
from infra.deploy.flow import LAST_STACKS, STACKS, Flow
from infra.deploy.project import Project
from infra.deploy.wheels import HOST, REQUIREMENTS
from infra.rehearsal.assertions import CheckFailed, expect
from infra.rehearsal.emulator import RunningEmulator
from infra.rehearsal.inventory import Inventory, take_inventory
from infra.rehearsal.killing import kill_after, kill_when
from infra.rehearsal.whole_stage import verify

# With the variables of a deploy; but the emulator has neither GuardDuty nor Security Hub.
STAGE = stage(
    "dev",
    {
        "INTAKE_API": HTTP,
        "SYSTEM_LOG_LEVEL": SYSTEM_WARN,
        "PERMISSIONS_BOUNDARY": f"arn:aws:iam::{LOCAL_ACCOUNT}:policy/RehearsalBoundary",
        **choose(os.environ, {}),
        "GUARDS_ACCOUNT": "0",
    },
)
_FOLDERS = ("chalicelib", "frontend", "infra", "worker")
_FILES = ("app.py", "cdk.json", "openapi.json", *REQUIREMENTS)
_LINKED = (".venv-infra", "infra/node_modules")

Say = Callable[[str], None]


def rehearse_full_deploy(running: RunningEmulator, say: Say = print) -> None:
    """Kill, deploy, deploy again and destroy; raises CheckFailed for an unexpected result."""
    root = _copy_project(running.folder / "whole")
    flow = _make_flow(running, root, say)
    _bootstrap(running, root)
    _create_boundary(running)
    before = take_inventory(running)
    _kill_three_times(running, flow, say)
    flow.deploy()
    verify(running, flow)
    first = take_inventory(running)
    flow.deploy()
    expect("what a second deployment made", take_inventory(running), first)
    verify(running, flow)
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


def _create_boundary(running: RunningEmulator) -> None:
    """As an organisation does; it allows everything."""
    allowed = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    name = str(STAGE.permissions_boundary).rpartition("/")[2]
    running.cloud.client("iam").create_policy(PolicyName=name, PolicyDocument=document)


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
