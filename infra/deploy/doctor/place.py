"""The account and region of the credentials against those where the stage was deployed."""

import json
import re
from typing import Any

from infra.declared.stages import STATE_BUCKET, Stage
from infra.deploy.doctor.finding import Finding, fails, ok
from infra.deploy.policies import Place
from infra.deploy.project import Project
from infra.deploy.refusal import DeployRefused

SUBJECT = "account and region"
_OF_LAMBDA = re.compile(r"arn:(?P<partition>[\w-]+):lambda:(?P<region>[\w-]+):(?P<account>\d{12}):")


def check_place(project: Project, stage: str, place: Place) -> Finding:
    """Compare with what this checkout remembers of the stage; nothing is called."""
    for path, known in _list_known(project, stage):
        if known != place:
            return fails(
                SUBJECT,
                f"stage {stage} is in account {known.account}, {known.region}, and the credentials "
                f"are of account {place.account}, {place.region}: use those of the former, or move "
                f"{path} away if the stage is to begin anew here",
            )
    return ok(SUBJECT, f"{place.account}, {place.region}")


def require_place(project: Project, stage: str, place: Place) -> None:
    """Raise DeployRefused for another account or region than the stage's."""
    finding = check_place(project, stage, place)
    if finding.outcome == "fails":
        raise DeployRefused(finding.text)


def check_other_regions(s3: Any, stage: Stage, place: Place) -> Finding:
    """Look for the stage's memory in other regions, which this checkout may not know."""
    subject = "the stage elsewhere"
    own = stage.bucket(STATE_BUCKET, place.account)
    prefix = own.removesuffix(stage.region)
    for bucket in s3.list_buckets(Prefix=prefix).get("Buckets", []):
        name: str = bucket["Name"]
        if name.startswith(prefix) and name != own:
            region = name.removeprefix(prefix)
            return fails(
                subject,
                f"stage {stage.name} is in {region}: give REGION={region}, or delete the bucket "
                f"{name} that a destroyed one left",
            )
    return ok(subject, "in no other region of this account")


def _list_known(project: Project, stage: str) -> list[tuple[str, Place]]:
    """Files that name a place, and that place."""
    kept, deployed = project.outputs_path(stage), project.deployed_path(stage)
    known = project.place(stage)
    found = [(f".chalice/{kept.relative_to(project.folder)}", known)] if known else []
    match = _OF_LAMBDA.search(json.dumps(project.read_deployed(stage)))
    if match:
        place = Place(match["account"], match["region"], match["partition"])
        found.append((f".chalice/{deployed.relative_to(project.folder)}", place))
    return found
