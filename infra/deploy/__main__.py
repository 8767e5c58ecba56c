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
from infra.deploy.flow import Flow, Refused, require_interpreter
from infra.deploy.project import Project

PARAMETERS = {"Repository": "REPOSITORY", "Branch": "BRANCH"}  # of the pipeline, by variable
_FAILURES = (
    BotoCoreError,
    ClientError,
    Refused,
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
    """Do what is asked; 1 after a failure, which is said in one sentence."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy")
    parser.add_argument("--stage", required=True)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--stack", help=f"one of {', '.join(flow.UNITS)}, with what it needs")
    what.add_argument("--destroy", action="store_true", help="take the whole stage down")
    what.add_argument("--plan", action="store_true", help="only show what would change")
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
        raise Refused("stage local is not on AWS: make run starts it")
    if not given.destroy:  # any interpreter may take a stage down
        require_interpreter()
    cloud = Cloud(stage.region)
    place = cloud.place()
    print(f"stage {stage.name} in account {place.account}, {place.region}", flush=True)
    steps = Flow(
        stage=stage,
        cloud=cloud,
        place=place,
        cdk=cdk.Cdk(cloud, stage),
        project=Project(),
        parameters={
            name: os.environ[each] for name, each in PARAMETERS.items() if each in os.environ
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
