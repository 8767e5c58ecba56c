"""The second opinion: checkov over the templates, less what is accepted here with its reason.

`python -m infra.checks.checkov [folder]` exits with 1 for a finding that is not accepted. It
judges stage dev: with a domain of one's own an explanation less is needed.
"""

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
CHECKOV = ROOT / ".venv-checkov" / "bin" / "checkov"
TEMPLATES = ROOT / "cdk.out"

_KEY = "A key of one's own costs US$ 1 a month each, and AWS's own keys encrypt as well"
_GONE = "What lies there is made anew at will and expires within a month"


class Finding(NamedTuple):
    """A check that failed on resources of one type."""

    check: str
    kind: str


class Opinion(NamedTuple):
    """Findings that nobody explained, and explanations that no finding needs."""

    unexplained: list[Finding]
    unneeded: list[Finding]


ACCEPTED: Mapping[Finding, str] = {
    Finding("CKV_AWS_119", "AWS::DynamoDB::Table"): f"{_KEY} (aws/dynamodb).",
    Finding("CKV_AWS_136", "AWS::ECR::Repository"): f"{_KEY} (ECR's AES-256).",
    Finding("CKV_AWS_149", "AWS::SecretsManager::Secret"): f"{_KEY} (aws/secretsmanager).",
    Finding("CKV_AWS_158", "AWS::Logs::LogGroup"): f"{_KEY} (CloudWatch's own).",
    Finding("CKV_AWS_27", "AWS::SQS::Queue"): f"{_KEY} (SSE-SQS, which the check overlooks).",
    Finding("CKV_AWS_26", "AWS::SNS::Topic"): "AWS's own key is closed to CloudWatch, so alarms "
    "could not be told; their text names resources and no person.",
    Finding("CKV_AWS_18", "AWS::S3::Bucket"): "These are the buckets that hold the access logs.",
    Finding("CKV_AWS_21", "AWS::S3::Bucket"): f"{_GONE}; the archive's parts are written once "
    "under names of their own and never overwritten.",
    Finding("CKV_AWS_51", "AWS::ECR::Repository"): "All tags are immutable but `latest`, which "
    "seed 000's push by hand moves.",
    Finding("CKV_AWS_65", "AWS::ECS::Cluster"): "Container Insights costs more than the worker; "
    "queue age, heartbeat and logs are watched instead.",
    Finding("CKV_AWS_174", "AWS::CloudFront::Distribution"): "CloudFront's default certificate "
    "takes no floor; with a domain it is TLS 1.3.",
}


def judge(findings: Iterable[Finding]) -> Opinion:
    """Compare findings with what is accepted."""
    found = set(findings)
    return Opinion(sorted(found - set(ACCEPTED)), sorted(set(ACCEPTED) - found))


def findings(folder: Path) -> list[Finding]:
    """What checkov finds in the templates in `folder`; nothing is fetched."""
    command = [
        str(CHECKOV),
        "--skip-download",
        "--quiet",
        "--compact",
        "--framework",
        "cloudformation",
    ]
    ran = subprocess.run(  # noqa: S603 our own installation
        [*command, "--directory", folder, "--output", "json"],
        capture_output=True,
        text=True,
        check=False,
    )
    failed = json.loads(ran.stdout)["results"]["failed_checks"]
    return [Finding(each["check_id"], each["resource"].partition(".")[0]) for each in failed]


def main() -> int:
    """Print what has to be mended or explained; 2 when there is nothing to judge or to judge by."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else TEMPLATES
    if not any(folder.glob("*.template.json")):
        sys.stderr.write(f"there are no templates in {folder}: make synth\n")
        return 2
    if not CHECKOV.exists():
        sys.stderr.write("checkov is not installed: make .venv-checkov/installed\n")
        return 2
    unexplained = judge(findings(folder)).unexplained
    for each in unexplained:
        print(f"{each.check} on {each.kind} is neither mended nor explained")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
