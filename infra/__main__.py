"""The CDK app: `python -m infra` writes the templates of stage STAGE (dev) under `cdk.out`."""

import json
import os
import sys
from pathlib import Path

from infra.declared import stages
from infra.declared.containers import ORIGIN_HOST_OUTPUT, ORIGIN_ID_OUTPUT, ApiOrigin
from infra.declared.stage_parts import UnknownStage
from infra.deploy.project import Project

ROOT = Path(__file__).parent.parent
OUT = "cdk.out"


def find_api_id(stage: str, root: Path = ROOT) -> str | None:
    """The id of the REST API that `chalice deploy` created for `stage`; None before the first."""
    file = root / ".chalice" / "deployed" / f"{stage}.json"
    if not file.exists():
        return None
    resources = json.loads(file.read_text())["resources"]
    return next(
        (
            resource["rest_api_id"]
            for resource in resources
            if resource["resource_type"] == "rest_api"
        ),
        None,
    )


def find_api_origin(stage: str, root: Path = ROOT) -> ApiOrigin | None:
    """The origin of the containers that were deployed for `stage`; None before the first."""
    outputs = Project(root).outputs(stage)
    if ORIGIN_ID_OUTPUT not in outputs:
        return None
    return ApiOrigin(vpc_origin_id=outputs[ORIGIN_ID_OUTPUT], host=outputs[ORIGIN_HOST_OUTPUT])


def main() -> int:
    """Synthesise; return 1 and print one sentence for a stage that cannot be synthesised."""
    name = os.environ.get("STAGE") or "dev"
    if name == stages.LOCAL.name:
        sys.stderr.write("infra: stage local runs on this machine: make run\n")
        return 1
    try:
        stage = stages.stage(
            name,
            os.environ,
            rest_api_id=find_api_id(name),
            api_origin=find_api_origin(name),
        )
    except UnknownStage as error:
        sys.stderr.write(f"infra: {error}\n")
        return 1
    from infra.stacks.assembly import synthesise  # noqa: PLC0415 two seconds, needless for a refusal

    synthesise(stage, Path(os.environ.get("CDK_OUTDIR") or OUT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
