"""IAM permissions to run `make deploy`: the CDK's roles, and the calls that Chalice makes."""

from collections.abc import Sequence
from typing import NamedTuple

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from infra.declared.access import ECS, ECS_ROLE
from infra.declared.function_kinds import Function
from infra.declared.stages import CLOUDFRONT_REGION, CONSOLE_BUCKET, STATE_BUCKET, Stage
from infra.stacks.shared.base import format_as_in_findings

FUNCTION_ACTIONS = (
    "lambda:AddPermission",
    "lambda:CreateFunction",
    "lambda:DeleteFunction",
    "lambda:DeleteFunctionConcurrency",
    "lambda:GetFunction",
    "lambda:GetFunctionConcurrency",
    "lambda:GetFunctionConfiguration",
    "lambda:GetPolicy",
    "lambda:ListTags",
    "lambda:PutFunctionConcurrency",
    "lambda:PutRuntimeManagementConfig",
    "lambda:RemovePermission",
    "lambda:TagResource",
    "lambda:UntagResource",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
)
TICK_ACTIONS = ("lambda:PutFunctionEventInvokeConfig",)
MAPPING_ACTIONS = (
    "lambda:CreateEventSourceMapping",
    "lambda:DeleteEventSourceMapping",
    "lambda:GetEventSourceMapping",
    "lambda:UpdateEventSourceMapping",
)
ROLE_ACTIONS = (
    "iam:CreateRole",
    "iam:DeleteRole",
    "iam:DeleteRolePolicy",
    "iam:GetRole",
    "iam:GetRolePolicy",
    "iam:ListRolePolicies",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UpdateAssumeRolePolicy",
)
# IAM tells the boundary of the role to these, and to no other of ROLE_ACTIONS.
BOUNDED_ACTIONS = (
    "iam:CreateRole",
    "iam:DeleteRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
)
API_ACTIONS = tuple(f"apigateway:{verb}" for verb in ("DELETE", "GET", "PATCH", "POST", "PUT"))
SCHEDULE_ACTIONS = tuple(
    f"events:{verb}"
    for verb in ("DeleteRule", "DescribeRule", "PutRule", "PutTargets", "RemoveTargets")
)
LOG_ACTIONS = ("logs:CreateLogGroup", "logs:PutRetentionPolicy")
# These actions support no resource-level permissions.
ACTIONS_WITHOUT_RESOURCE = (
    "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeStacks",
    "lambda:ListEventSourceMappings",
    "logs:DescribeLogGroups",
    "sts:GetCallerIdentity",
)

# What the preflights look at: the account as a whole.
LOOKS = (
    "acm:DescribeCertificate",
    "cloudfront:ListDistributions",
    "ec2:DescribeVpcs",
    "guardduty:ListDetectors",
    "iam:GetPolicy",
    "lambda:GetAccountSettings",
    "s3:ListAllMyBuckets",
    "securityhub:DescribeHub",
    "servicequotas:GetServiceQuota",
    "ses:GetAccount",
    "ses:GetEmailIdentity",
)


class DeployPermission(NamedTuple):
    """A policy statement, and the cdk-nag findings accepted for it with their reasons."""

    policy: iam.PolicyStatement
    accepted: dict[str, str]


def list_deploy_permissions(stage: Stage, functions: Sequence[Function]) -> list[DeployPermission]:
    """CloudFormation's resources are created by the roles of `cdk bootstrap`.

    Chalice's resources are limited to the stage's prefix if the service supports names.
    """
    bootstrap_roles = _build_arn("iam", "", f"role/cdk-hnb659fds-*-role-{cdk.Aws.ACCOUNT_ID}-*")
    return [
        _allow(("sts:AssumeRole",), bootstrap_roles, "The roles of cdk bootstrap."),
        _allow(
            ("ssm:GetParameter",),
            _build_arn("ssm", "*", "parameter/cdk-bootstrap/hnb659fds/version"),
            "The version of cdk bootstrap, in each region that a stage uses.",
        ),
        *_allow_named_resources(stage, functions),
        *_allow_buckets(stage),
        _allow_on_one(
            ("iam:CreateServiceLinkedRole", "iam:GetRole"),
            _build_arn("iam", "", f"role/aws-service-role/{ECS}/{ECS_ROLE}"),
        ),
        _allow(
            MAPPING_ACTIONS,
            "*",
            "A mapping's id is AWS's to choose; the condition binds it to the stage's functions.",
            {"ArnLike": {"lambda:FunctionArn": _build_functions_arn(stage)}},
        ),
        _allow(
            (*ACTIONS_WITHOUT_RESOURCE, *LOOKS),
            "*",
            "These actions take no resource, or look at the account as a whole.",
        ),
    ]


def _allow_named_resources(stage: Stage, functions: Sequence[Function]) -> list[DeployPermission]:
    """Functions, roles, rules, REST APIs and log groups, which Chalice creates."""
    prefix = stage.function_prefix
    own = "Chalice's names: the stage's prefix and a handler that is not known here."
    return [
        _allow(_list_function_actions(functions), _build_functions_arn(stage), own),
        *_allow_roles(stage, _build_arn("iam", "", f"role/{prefix}*"), own),
        _allow(
            ("iam:PassRole",),
            _build_arn("iam", "", f"role/{prefix}*"),
            own,
            {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}},
        ),
        _allow(SCHEDULE_ACTIONS, _build_arn("events", stage.region, f"rule/{prefix}*"), own),
        _allow(
            API_ACTIONS,
            f"arn:{cdk.Aws.PARTITION}:apigateway:{stage.region}::/*",
            "A REST API's id is AWS's to choose, so no narrower ARN is known before.",
        ),
        _allow(
            LOG_ACTIONS,
            _build_arn("logs", stage.region, f"log-group:/aws/*/{prefix}*"),
            "Log groups of functions and of the API, by the stage's prefix.",
        ),
    ]


def _allow_roles(stage: Stage, roles: str, reason: str) -> list[DeployPermission]:
    """With a boundary, only roles that have it are made or given rights."""
    if stage.permissions_boundary is None:
        return [_allow(ROLE_ACTIONS, roles, reason)]
    bound: dict[str, object] = {
        "StringEquals": {"iam:PermissionsBoundary": stage.permissions_boundary}
    }
    others = tuple(action for action in ROLE_ACTIONS if action not in BOUNDED_ACTIONS)
    return [_allow(others, roles, reason), _allow(BOUNDED_ACTIONS, roles, reason, bound)]


def _list_function_actions(functions: Sequence[Function]) -> tuple[str, ...]:
    sources = [function.source for function in functions if function.source is not None]
    has_ticks = any(source.is_schedule for source in sources)
    return (*FUNCTION_ACTIONS, *(TICK_ACTIONS if has_ticks else ()))


def _allow_buckets(stage: Stage) -> list[DeployPermission]:
    """The console's files, and the deployment record of Chalice."""
    console = stage.bucket(CONSOLE_BUCKET, cdk.Aws.ACCOUNT_ID, CLOUDFRONT_REGION)
    state = stage.bucket(STATE_BUCKET, cdk.Aws.ACCOUNT_ID)
    return [
        _allow(
            ("s3:PutObject",),
            _build_objects_arn(console),
            "The console's files, which carry hashes in their names.",
        ),
        _allow(
            ("s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
            _build_objects_arn(state),
            "What Chalice remembers of the stage, and its last releases.",
        ),
        # Without it S3 returns 403, and not 404, for an object that does not exist.
        _allow_on_one(("s3:ListBucket",), _build_bucket_arn(state)),
    ]


def _allow(
    actions: tuple[str, ...],
    resource: str,
    reason: str,
    conditions: dict[str, object] | None = None,
) -> DeployPermission:
    policy = iam.PolicyStatement(actions=list(actions), resources=[resource], conditions=conditions)
    return DeployPermission(
        policy, {f"AwsSolutions-IAM5[Resource::{format_as_in_findings(resource)}]": reason}
    )


def _allow_on_one(actions: tuple[str, ...], resource: str) -> DeployPermission:
    return DeployPermission(iam.PolicyStatement(actions=list(actions), resources=[resource]), {})


def _build_functions_arn(stage: Stage) -> str:
    return _build_arn("lambda", stage.region, f"function:{stage.function_prefix}*")


def _build_bucket_arn(bucket: str) -> str:
    return f"arn:{cdk.Aws.PARTITION}:s3:::{bucket}"


def _build_objects_arn(bucket: str) -> str:
    return f"{_build_bucket_arn(bucket)}/*"


def _build_arn(service: str, region: str, resource: str) -> str:
    return f"arn:{cdk.Aws.PARTITION}:{service}:{region}:{cdk.Aws.ACCOUNT_ID}:{resource}"
