"""The worker's task role."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.stacks.shared.base import accept, format_as_in_findings
from infra.stacks.shared.tasks import TASKS

ARCHIVE_KEYS = "searches/*"
HEARTBEATS = "HEARTBEAT"  # the partition key of every worker's heartbeat
LAST_FAILURES = "FAILURE#searches#*"  # and those of why a message failed
# `ForAllValues` is also true when a request has no key, so `Null` requires one.
HAS_KEYS = {"Null": {"dynamodb:LeadingKeys": "false"}}


def add_task_role(  # noqa: PLR0913 keyword-only: the resources that the worker uses
    scope: Construct,
    unit: str,
    *,
    name: str,
    queue: sqs.IQueue,
    archive_name: str,
    state: dynamodb.ITable,
) -> iam.Role:
    """Seed 000's OmniWorkerTaskRole with least privilege instead of FullAccess.

    The worker receives from the queue and writes archive objects, its own heartbeat, and why a
    message failed.
    """
    parts = f"arn:{cdk.Aws.PARTITION}:s3:::{archive_name}/{ARCHIVE_KEYS}"
    role = iam.Role(scope, unit, role_name=name, assumed_by=iam.ServicePrincipal(TASKS))
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"],
            resources=[queue.queue_arn],
        )
    )
    role.add_to_policy(iam.PolicyStatement(actions=["s3:PutObject"], resources=[parts]))
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["dynamodb:PutItem"],
            resources=[state.table_arn],
            conditions={
                "ForAllValues:StringEquals": {"dynamodb:LeadingKeys": [HEARTBEATS]},
                **HAS_KEYS,
            },
        )
    )
    role.add_to_policy(
        iam.PolicyStatement(
            actions=["dynamodb:UpdateItem"],
            resources=[state.table_arn],
            conditions={
                "ForAllValues:StringLike": {"dynamodb:LeadingKeys": [LAST_FAILURES]},
                **HAS_KEYS,
            },
        )
    )
    accept(
        role,
        {
            f"AwsSolutions-IAM5[Resource::{format_as_in_findings(parts)}]": (
                "A part's key holds its hour and an id, so that only the prefix is known before."
            )
        },
    )
    return role
