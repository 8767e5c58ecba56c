"""`python -m infra.deploy --stage dev [--stack NAME | --destroy | --plan | --doctor | --rollback]`.

Without one of them it deploys the whole stage.
"""

import argparse
import os
import subprocess
import sys

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.settings import LOCAL_STAGE
from infra.declared import stages
from infra.declared.stage_parts import UnknownStage
from infra.declared.stages import STATE_BUCKET
from infra.declared.variables import MissingOutput
from infra.deploy import (
    cdk,
    chalice_cli,
    deployment_state,
    flow,
    mappings,
    package,
    trusted_roots,
    wheels,
)
from infra.deploy.choices import PARAMETERS, choose, describe
from infra.deploy.cloud import Cloud
from infra.deploy.console import NotBuilt
from infra.deploy.doctor.examination import Examination
from infra.deploy.doctor.finding import Outcome
from infra.deploy.doctor.guards import leave_to_owner
from infra.deploy.doctor.interpreter import check_interpreter, require_interpreter
from infra.deploy.doctor.place import require_place
from infra.deploy.flow import Flow
from infra.deploy.policies import Place
from infra.deploy.project import Project
from infra.deploy.refusal import DeployRefused

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
    UnknownStage,
    subprocess.CalledProcessError,
    trusted_roots.MissingRoot,
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
    action.add_argument("--doctor", action="store_true", help="only look at the account")
    action.add_argument("--rollback", action="store_true", help="put the release before in place")
    given = parser.parse_args(arguments)
    try:
        return _run(given)
    except _FAILURES as failure:
        sys.stderr.write(f"deploy: {failure}\n")
        return 1


def _run(given: argparse.Namespace) -> int:
    project = Project()
    region = os.environ.get("REGION") or project.variables(given.stage).get("REGION", "")
    stage = stages.stage(given.stage, {"REGION": region})
    if stage.name == LOCAL_STAGE:
        raise DeployRefused("stage local is not on AWS: make run starts it")
    if not (given.destroy or given.rollback or given.doctor):  # these package nothing
        require_interpreter()
    cloud = Cloud(stage.region)
    place = _find_place(cloud)
    print(f"stage {stage.name} in account {place.account}, {place.region}", flush=True)
    require_place(project, stage.name, place)
    state_bucket = stage.bucket(STATE_BUCKET, place.account)
    deployment_state.download(cloud.client("s3"), state_bucket, project, stage.name)
    kept = project.variables(stage.name)
    chosen = choose(os.environ, kept)
    stage = stages.stage(stage.name, chosen)
    if given.plan or given.doctor:  # others' output may be public: values are personal
        print("\n".join(describe(chosen, kept)), flush=True)
    if given.doctor:
        return _examine(Examination(cloud, stage, place, project))
    flow = _build_flow(leave_to_owner(cloud, stage), cloud, place, project, chosen)
    _act(flow, given)
    return 0


def _find_place(cloud: Cloud) -> Place:
    """Raises DeployRefused if AWS does not know the caller."""
    try:
        return cloud.find_place()
    except (BotoCoreError, ClientError) as error:
        reason = str(error).rstrip(".")
        raise DeployRefused(
            f"there are no credentials that AWS takes ({reason}): sign in, for instance by "
            f"`aws sso login`, until `aws sts get-caller-identity` succeeds"
        ) from error


def _examine(examination: Examination) -> int:
    """Print what is found; return 1 if a deployment would fail."""
    findings = [check_interpreter(), *examination.examine()]
    for finding in findings:
        print(finding.describe())
    return int(any(finding.outcome is Outcome.FAILS for finding in findings))


def _build_flow(
    stage: stages.Stage, cloud: Cloud, place: Place, project: Project, chosen: dict[str, str]
) -> Flow:
    return Flow(
        stage=stage,
        cloud=cloud,
        place=place,
        cdk=cdk.Cdk(cloud, stage),
        project=project,
        parameters={
            name: chosen[variable] for name, variable in PARAMETERS.items() if variable in chosen
        },
        variables=chosen,
        say=lambda text: print(text, flush=True),
    )


def _act(flow: Flow, given: argparse.Namespace) -> None:
    if given.plan:
        flow.plan()
    elif given.destroy:
        flow.destroy()
    elif given.rollback:
        flow.roll_back()
        print(f"stage {flow.stage.name} runs the release before", flush=True)
    else:
        flow.deploy(given.stack)
        print(f"stage {flow.stage.name} is deployed", flush=True)


if __name__ == "__main__":
    raise SystemExit(main())
