"""Runs cdk-nag on what Chalice makes; accepted findings are listed here with their reasons.

`python -m infra.checks.chalice_nag` exits with 1 for a finding that is not accepted. cdk-nag knows
CloudFormation's own kinds alone, so Chalice's SAM template is expanded as AWS would do it.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalice.utils import to_cfn_resource_name
from samtranslator.translator.transform import transform

from infra.checks import chalice_template
from infra.checks.checkov import ROOT, Failure, judge
from infra.checks.nag_report import read_findings
from infra.declared.functions import FUNCTIONS
from infra.declared.stages import DEV

JUDGE = ROOT / ".venv-infra" / "bin" / "python"
LATEST = "AwsSolutions-L1"
_PACKAGE = "s3://packages/omnidata.zip"  # SAM wants an address; nothing is read from it
_NEEDED = ("PATH", "HOME")  # of the environment: nothing of AWS
_IN_NAMES = re.compile(r"-\d{12}-[a-z]+-[a-z]+-\d")  # account and region in a bucket's name

_STARS = "Actions that take no resource; each has its reason in infra/deploy/policies.py."
_LOGS = "The streams of its own log group, whose names Lambda makes."
_VERSION = (
    "A function runs the version of Python that deploys it, which is at least 3.12, and AWS still "
    "supports: infra/deploy/doctor/interpreter.py."
)
_PREFIX = "The names behind the prefix of this one bucket are ids and dates made later."


def _within(bucket: str) -> str:
    return f"AwsSolutions-IAM5[Resource::arn:aws:s3:::{bucket}/*]"


def _of_roles() -> dict[Failure, str]:
    """The findings that each role has, and each function."""
    found = {}
    for function in FUNCTIONS:
        role = f"{to_cfn_resource_name(function.chalice_name)}Role"
        group = f"log-group:/aws/lambda/{function.name(DEV.function_prefix)}:*"
        own = f"AwsSolutions-IAM5[Resource::arn:aws:logs:us-east-1:000000000000:{group}]"
        handler = function.handler
        found[Failure("AwsSolutions-IAM5[Resource::*]", role)] = _STARS
        found[Failure(own, role)] = _LOGS
        found[Failure(LATEST, to_cfn_resource_name(handler) if handler else "APIHandler")] = (
            _VERSION
        )
    return found


ACCEPTED: Mapping[Failure, str] = {
    **_of_roles(),
    Failure(_within("omni-media-dev/media"), "ApiHandlerRole"): _PREFIX,
    Failure(_within("omni-media-dev/media"), "DeliverMessagesRole"): _PREFIX,
    Failure(_within("omni-media-dev/media"), "PublishDueRole"): _PREFIX,
    Failure(_within("omni-log-claims-dev/claims"), "ApiHandlerRole"): _PREFIX,
    Failure(_within("omni-log-claims-dev/claims"), "ProcessLogsRole"): _PREFIX,
    Failure(_within("omni-analytics-data-dev/searches"), "ApiHandlerRole"): _PREFIX,
    Failure("AwsSolutions-APIG1", "RestAPIdevStage"): "The finishing step turns access logs on: "
    "infra/deploy/api_stage.py.",
    Failure("AwsSolutions-APIG2", "RestAPI"): "The function checks every request, more strictly "
    "than JSON Schema does there, and says what is wrong in the documented shape.",
    Failure("AwsSolutions-APIG3", "RestAPIdevStage"): "The api stack puts its firewall before the "
    "stage: infra/stacks/api/stack.py.",
    Failure(
        "AwsSolutions-APIG6", "RestAPIdevStage"
    ): "Execution logs would hold bodies and tokens; "
    "access logs and the functions' own lines say what happened.",
}


def expand(template: Mapping[str, Any]) -> dict[str, Any]:
    """The SAM template in CloudFormation's own kinds."""
    resources: dict[str, Any] = json.loads(json.dumps(template["Resources"]))
    for resource in resources.values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = _PACKAGE
    os.environ.setdefault("AWS_DEFAULT_REGION", DEV.region)
    return dict(transform({**template, "Resources": resources}, {}, _NoPolicies()))


def run_nag(template: Path, scratch: Path) -> list[Failure]:
    """cdk-nag's findings for a SAM template by logical id; `scratch` is an empty folder."""
    expanded = scratch / "expanded.json"
    expanded.write_text(json.dumps(expand(json.loads(template.read_text()))))
    out = scratch / "out"
    subprocess.run(  # noqa: S603 our own installation
        [JUDGE, "-m", "infra.stacks.included", expanded, out],
        cwd=ROOT,
        env={name: os.environ[name] for name in _NEEDED if name in os.environ},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return [
        Failure(_IN_NAMES.sub("", rule), path.rpartition("/")[2])
        for path, rule in read_findings(out)
    ]


class _NoPolicies:
    """AWS's managed policies by name, which SAM asks for and no function of ours has."""

    def load(self) -> dict[str, str]:
        return {}


def main() -> int:
    """Print the findings that nobody accepted."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        found = run_nag(chalice_template.write_template(scratch), scratch)
    unexplained = judge(found, ACCEPTED).unexplained
    for finding in unexplained:
        print(f"{finding.check} on {finding.kind} is neither fixed nor explained")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
