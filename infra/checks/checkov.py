"""Runs checkov on the templates; accepted findings are listed here with their reasons.

`python -m infra.checks.checkov [folder]` exits with 1 for a finding that is not accepted. It
checks stage dev, Chalice's own template too; a stage with its own domain has one finding fewer.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from infra.checks import chalice_template

ROOT = Path(__file__).parents[2]
CHECKOV = ROOT / ".venv-checkov" / "bin" / "python"
PROGRAM = Path(__file__).with_name("checkov_program.py")
OPTIONS = ("--skip-download", "--quiet", "--compact", "--framework", "cloudformation")
TEMPLATES = ROOT / "cdk.out"

_KEY = "A customer managed key costs US$ 1 a month; AWS's own keys encrypt as well"
_GONE = "The content can be created again and expires within a month"


class Failure(NamedTuple):
    """A check that failed on resources of one type."""

    check: str
    kind: str


class ReviewResult(NamedTuple):
    """Findings without an explanation, and explanations without a finding."""

    unexplained: list[Failure]
    unneeded: list[Failure]


ACCEPTED: Mapping[Failure, str] = {
    Failure("CKV_AWS_119", "AWS::DynamoDB::Table"): f"{_KEY} (aws/dynamodb).",
    Failure("CKV_AWS_136", "AWS::ECR::Repository"): f"{_KEY} (ECR's AES-256).",
    Failure("CKV_AWS_149", "AWS::SecretsManager::Secret"): f"{_KEY} (aws/secretsmanager).",
    Failure("CKV_AWS_158", "AWS::Logs::LogGroup"): f"{_KEY} (CloudWatch's own).",
    Failure("CKV_AWS_27", "AWS::SQS::Queue"): f"{_KEY} (SSE-SQS, which the check overlooks).",
    Failure("CKV_AWS_26", "AWS::SNS::Topic"): "CloudWatch may not use the AWS managed key, so "
    "alarms could not publish; their text names resources and no person.",
    Failure("CKV_AWS_18", "AWS::S3::Bucket"): "These are the buckets that hold the access logs.",
    Failure("CKV_AWS_21", "AWS::S3::Bucket"): f"{_GONE}; the archive's parts are written once "
    "under names of their own and never overwritten.",
    Failure("CKV_AWS_51", "AWS::ECR::Repository"): "All tags are immutable but `latest`, which "
    "seed 000's push by hand moves.",
    Failure("CKV_AWS_65", "AWS::ECS::Cluster"): "Container Insights costs more than the worker; "
    "queue age, heartbeat and logs are watched instead.",
    Failure("CKV_AWS_174", "AWS::CloudFront::Distribution"): "CloudFront's default certificate "
    "has a fixed minimum; with a domain it is TLS 1.3.",
}

# Of a stage whose API is served by containers, beside those above.
ACCEPTED_OF_CONTAINERS: Mapping[Failure, str] = {
    **ACCEPTED,
    Failure("CKV_AWS_103", "AWS::ElasticLoadBalancingV2::Listener"): "Without API_DOMAIN requests "
    "go by HTTP from CloudFront's interface to the load balancer, inside the VPC alone.",
    Failure("CKV_AWS_111", "AWS::IAM::Policy"): "SES's identity is a setting, and text messages "
    "have no ARN: `STAR_REASONS` in infra/deploy/policies.py.",
    Failure("CKV_AWS_2", "AWS::ElasticLoadBalancingV2::Listener"): "As CKV_AWS_103.",
}
WITH_CONTAINERS = "*-containers.template.json"

# What Chalice makes.
ACCEPTED_OF_CHALICE: Mapping[Failure, str] = {
    Failure("CKV_AWS_111", "AWS::IAM::Role"): "SES's identity is a setting, and text messages have "
    "no ARN: `STAR_REASONS` in infra/deploy/policies.py.",
    Failure("CKV_AWS_115", "AWS::Serverless::Function"): "Event source mappings bound what queues "
    "take; a new account has too little concurrency to reserve more than the deliveries'.",
    Failure("CKV_AWS_116", "AWS::Serverless::Function"): "Queues and streams have their own dead "
    "letters, the API's caller is told, and a tick is followed by the next.",
    Failure("CKV_AWS_117", "AWS::Serverless::Function"): "They call AWS and receivers outside by "
    "TLS alone; a VPC would add a NAT gateway's fixed cost and no protection.",
    Failure("CKV_AWS_120", "AWS::Serverless::Api"): "Responses are personal and change at once.",
    Failure("CKV_AWS_158", "AWS::Logs::LogGroup"): f"{_KEY} (CloudWatch's own).",
    Failure("CKV_AWS_173", "AWS::Serverless::Function"): "Variables are names of resources and no "
    "secrets; Lambda's own key encrypts them.",
    Failure("CKV_AWS_73", "AWS::Serverless::Api"): "Chalice's deploy and the finishing step set "
    "it: infra/deploy/api_stage.py.",
    Failure("CKV_AWS_76", "AWS::Serverless::Api"): "The finishing step sets it: "
    "infra/deploy/api_stage.py.",
}


def judge(findings: Iterable[Failure], accepted: Mapping[Failure, str] = ACCEPTED) -> ReviewResult:
    """Compare findings with the accepted ones."""
    found = set(findings)
    return ReviewResult(sorted(found - set(accepted)), sorted(set(accepted) - found))


def run_checkov(folder: Path) -> list[Failure]:
    """The failed checks for the templates in `folder`; nothing is downloaded."""
    # -P: beside the program is a module of checkov's name.
    ran = subprocess.run(  # noqa: S603 our own installation
        [CHECKOV, "-P", PROGRAM, *OPTIONS, "--directory", folder, "--output", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    failed = json.loads(ran.stdout)["results"]["failed_checks"]
    return [Failure(check["check_id"], check["resource"].partition(".")[0]) for check in failed]


def _choose_accepted(folder: Path) -> Mapping[Failure, str]:
    return ACCEPTED_OF_CONTAINERS if any(folder.glob(WITH_CONTAINERS)) else ACCEPTED


def main() -> int:
    """Print the unexplained findings; return 2 without templates or without checkov."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else TEMPLATES
    if not any(folder.glob("*.template.json")):
        sys.stderr.write(f"there are no templates in {folder}: make synth\n")
        return 2
    if not CHECKOV.exists():
        sys.stderr.write("checkov is not installed: make .venv-checkov/installed\n")
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        of_chalice = run_checkov(chalice_template.write_template(Path(scratch)).parent)
    unexplained = [
        *judge(run_checkov(folder), _choose_accepted(folder)).unexplained,
        *judge(of_chalice, ACCEPTED_OF_CHALICE).unexplained,
    ]
    for finding in unexplained:
        print(f"{finding.check} on {finding.kind} is neither fixed nor explained")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
