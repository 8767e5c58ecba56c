"""`python -m infra.deploy --stage dev [--stack NAME | --destroy | --plan]`."""

import argparse
import os
import subprocess
import sys

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.settings import LOCAL_STAGE
from infra.declared import stages
from infra.declared.variables import MissingOutput
from infra.deploy import cdk, chalice_cli, flow, mappings, package, wheels
from infra.deploy.cloud import Cloud
from infra.deploy.console import NotBuilt
from infra.deploy.flow import DeployRefused, Flow, require_interpreter
from infra.deploy.project import Project

PARAMETERS = {
    "Repository": "REPOSITORY",
    "Branch": "BRANCH",
}  # the pipeline stack's parameters, from these variables
_FAILURES = (
    BotoCoreError,
    ClientError,
    DeployRefused,
    NotBuilt,
    cdk.CdkFailed,
    chalice_cli.ChaliceFailed,
    MissingOutput,
    mappings.NotSettled,
    package.UnfitPackage,
    stages.UnknownStage,
    subprocess.CalledProcessError,
    wheels.MissingWheel,
)


def main(arguments: list[str] | None = None) -> int:
    """Run the command; after a failure print one sentence and return 1."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy")
    parser.add_argument("--stage", required=True)
    action = parser.add_mutually_exclusive_group()
    action.add_argument("--stack", help=f"one of {', '.join(flow.UNITS)}, with what it needs")
    action.add_argument("--destroy", action="store_true", help="take the whole stage down")
    action.add_argument("--plan", action="store_true", help="only show what would change")
    given = parser.parse_args(arguments)
    try:
        _run(given)
    except _FAILURES as failure:
        sys.stderr.write(f"deploy: {failure}\n")
        return 1
    return 0


def _run(given: argparse.Namespace) -> None:
    stage = stages.stage(given.stage, os.environ)
    if stage.name == LOCAL_STAGE:
        raise DeployRefused("stage local is not on AWS: make run starts it")
    if not given.destroy:  # any interpreter may take a stage down
        require_interpreter()
    cloud = Cloud(stage.region)
    place = cloud.find_place()
    print(f"stage {stage.name} in account {place.account}, {place.region}", flush=True)
    steps = Flow(
        stage=stage,
        cloud=cloud,
        place=place,
        cdk=cdk.Cdk(cloud, stage),
        project=Project(),
        parameters={
            name: os.environ[variable]
            for name, variable in PARAMETERS.items()
            if variable in os.environ
        },
        say=lambda text: print(text, flush=True),
    )
    if given.plan:
        steps.plan()
    elif given.destroy:
        steps.destroy()
    else:
        steps.deploy(given.stack)
        print(f"stage {stage.name} is deployed", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
