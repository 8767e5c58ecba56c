"""Run by `.venv-infra`: writes the templates of several stages below the folder it is given.

`dev` is stage dev with an alert address; `intake` is dev in another region with the HTTP API and a
permissions boundary; `prod` has a domain, a certificate and every identity provider; `europe` is
prod in another region than CloudFront's, with the tables of heavy traffic; `later` declares what
later workloads will; `unaccepted` is dev without any acknowledgement of cdk-nag's findings; `first`
is prod before its first deployment, without EVALUATOR_ARN. The latter is the first one written, as
`python -m infra` writes it: a process of its own would take 20 s to load the CDK once more.
"""

import os
import runpy
import sys
from dataclasses import replace
from pathlib import Path

from infra.declared import stages
from infra.declared.containers import ApiOrigin
from infra.declared.function_kinds import Function, Source
from infra.declared.functions import FUNCTIONS
from infra.declared.kinds import Bucket, Index, Queue, Secret, Stream, Table, Topic
from infra.stacks.assembly import synthesise

import aws_cdk as cdk  # isort: skip  infra.stacks silences jsii first

DEV = stages.stage(
    "dev",
    {
        "ALERT_EMAIL": "alerts@example.com",
        "ORDERS_EMAIL": "orders@example.com",
        "GUARDS_ACCOUNT": "1",
    },
    rest_api_id="abc123",
)
PROD = stages.stage(
    "prod",
    {
        "CONSOLE_DOMAIN": "console.example.com",
        "CERTIFICATE_ARN": "arn:aws:acm:us-east-1:111122223333:certificate/"
        "11111111-2222-3333-4444-555555555555",
        "GOOGLE_CLIENT_ID": "google-client",
        "LINKEDIN_CLIENT_ID": "linkedin-client",
        "GITHUB_CLIENT_ID": "github-client",
        "GITHUB_ISSUER": "https://github-oidc.example.com",
        "EVALUATOR_ARN": "arn:aws:iam::111122223333:role/Graders",
        "WORKER_IMAGE_TAG": "0123abc",
        "GUARDS_ACCOUNT": "0",
    },
    rest_api_id="abc123",
)
CONTAINERS = stages.stage(
    "dev",
    {
        "ALERT_EMAIL": "alerts@example.com",
        "ORDERS_EMAIL": "orders@example.com",
        "GUARDS_ACCOUNT": "1",
        "INFRA_TYPE": "containers",
        "API_IMAGE_TAG": "0123abc",
    },
    rest_api_id="abc123",
    api_origin=ApiOrigin(vpc_origin_id="vo_123", host="internal-omni-api.elb.amazonaws.com"),
)
SECURED = stages.stage(
    "prod",
    {
        "REGION": "eu-west-1",
        "GUARDS_ACCOUNT": "0",
        "INFRA_TYPE": "containers",
        "API_DOMAIN": "api.example.com",
        "API_CERTIFICATE_ARN": "arn:aws:acm:eu-west-1:111122223333:certificate/"
        "11111111-2222-3333-4444-555555555555",
    },
    rest_api_id="abc123",
)
FIRST = {"STAGE": "prod", "GUARDS_ACCOUNT": "0"}
EUROPE = stages.stage(
    "prod",
    {
        "REGION": "eu-west-1",
        "TABLE_CAPACITY": "10-4000",
        "TABLE_CLASS": "infrequent-access",
    },
    rest_api_id="abc123",
)
INTAKE = stages.stage(
    "dev",
    {
        "REGION": "eu-west-1",
        "INTAKE_API": "http",
        "PERMISSIONS_BOUNDARY": "arn:aws:iam::111122223333:policy/Boundary",
    },
    rest_api_id="abc123",
)

VARIANTS = {
    "dev": DEV,
    "prod": PROD,
    "europe": EUROPE,
    "intake": INTAKE,
    "containers": CONTAINERS,
    "secured": SECURED,
}


def main(out: Path) -> None:
    """Write all of it."""
    _first(out / "first")
    for name, stage in VARIANTS.items():
        synthesise(stage, out / name)
    _later(out / "later")
    _unaccepted(out / "unaccepted")


def _first(out: Path) -> None:
    """The first line of both streams is what the command exits with, unless it says something."""
    variables = {**FIRST, "CDK_OUTDIR": str(out)}
    os.environ.update(variables)
    try:
        runpy.run_module("infra", run_name="__main__", alter_sys=True)
    except SystemExit as end:
        for stream in (sys.stdout, sys.stderr):
            stream.write(f"exit {end.code}\n")
            stream.flush()
    for name in variables:
        del os.environ[name]


def _later(out: Path) -> None:
    """The kinds of resources that records and the worker do not use yet."""
    declared = DEV.resources(cdk.Aws.ACCOUNT_ID)
    synthesise(
        DEV,
        out,
        declared=replace(
            declared,
            tables=(
                *declared.tables,
                Table(
                    output="LaterTable",
                    variable="LATER_TABLE",
                    name="later",
                    partition_key="PK",
                    sort_key="SK",
                    indexes=(
                        Index(name="GSI1", partition_key="GSI1PK", sort_key="GSI1SK"),
                        Index(
                            name="GSI2",
                            partition_key="GSI2PK",
                            sort_key="GSI2SK",
                            projection="KEYS_ONLY",
                        ),
                    ),
                    stream_view="NEW_IMAGE",
                ),
            ),
            queues=(
                *declared.queues,
                Queue(
                    label="later",
                    output="LaterQueueUrl",
                    variable="LATER_QUEUE_URL",
                    name="later",
                    visibility_timeout_s=60,
                    max_receive_count=3,
                ),
            ),
            buckets=(
                *declared.buckets,
                Bucket(
                    output="LaterBucket",
                    variable="LATER_BUCKET",
                    name="later",
                    versioned=True,
                    console_methods=("POST", "GET"),
                ),
            ),
            secrets=(
                *declared.secrets,
                Secret(variable="LATER_SECRET", name="later/token", generated=False),
            ),
            streams=(Stream(output="LaterStream", variable="LATER_STREAM", name="later"),),
            topics=(
                *declared.topics,
                Topic(output="LaterTopicArn", variable="LATER_TOPIC", name="later"),
            ),
        ),
        functions=(
            *FUNCTIONS,
            Function(
                handler="follow_later",
                memory_mb=256,
                timeout_s=60,
                source=Source(service="kinesis", variable="LATER_STREAM"),
            ),
            Function(
                handler="look_later",
                memory_mb=256,
                timeout_s=60,
                source=Source(service="schedule", every_min=1),
            ),
        ),
    )


def _unaccepted(out: Path) -> None:
    """cdk-nag then refuses and leaves its report behind."""
    cdk.Validations.acknowledge = lambda *_: None
    try:
        synthesise(DEV, out)
    except RuntimeError as refused:
        if "Validation failed" not in str(refused):
            raise


if __name__ == "__main__":
    main(Path(sys.argv[1]))
