"""What a machine needs in order to run `make deploy`: CDK's roles, and Chalice's own calls."""

from typing import NamedTuple

import aws_cdk as cdk
from aws_cdk import aws_iam as iam

from infra.declared.stages import CLOUDFRONT_REGION, CONSOLE_BUCKET, STATE_BUCKET, Stage
from infra.stacks.shared.base import as_found

FUNCTION_ACTIONS = (
    "lambda:AddPermission",
    "lambda:CreateFunction",
    "lambda:DeleteFunction",
    "lambda:DeleteFunctionConcurrency",
    "lambda:GetFunction",
    "lambda:GetFunctionConfiguration",
    "lambda:GetPolicy",
    "lambda:ListTags",
    "lambda:PutFunctionConcurrency",
    "lambda:RemovePermission",
    "lambda:TagResource",
    "lambda:UntagResource",
    "lambda:UpdateFunctionCode",
    "lambda:UpdateFunctionConfiguration",
)
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
    "iam:PassRole",
    "iam:PutRolePolicy",
    "iam:TagRole",
    "iam:UpdateAssumeRolePolicy",
)
API_ACTIONS = tuple(f"apigateway:{verb}" for verb in ("DELETE", "GET", "PATCH", "POST", "PUT"))
SCHEDULE_ACTIONS = tuple(
    f"events:{verb}"
    for verb in ("DeleteRule", "DescribeRule", "PutRule", "PutTargets", "RemoveTargets")
)
LOG_ACTIONS = ("logs:CreateLogGroup", "logs:PutRetentionPolicy")
# These take no resource.
LOOK_UPS = (
    "cloudformation:DescribeStacks",
    "lambda:ListEventSourceMappings",
    "logs:DescribeLogGroups",
    "sts:GetCallerIdentity",
)


class Right(NamedTuple):
    """A statement, and cdk-nag's findings about it with their reasons."""

    policy: iam.PolicyStatement
    accepted: dict[str, str]


def deploy_statements(stage: Stage) -> list[Right]:
    """Everything made by CloudFormation goes through the roles that `cdk bootstrap` made.

    What Chalice makes is bound by the stage's prefix where the service takes a name.
    """
    functions = _arn("lambda", stage.region, f"function:{stage.function_prefix}*")
    own = "Chalice's names: the stage's prefix and a handler that is not known here."
    return [
        _right(("sts:AssumeRole",), _arn("iam", "", "role/cdk-*"), "The roles of cdk bootstrap."),
        _right(FUNCTION_ACTIONS, functions, own),
        _right(ROLE_ACTIONS, _arn("iam", "", f"role/{stage.function_prefix}*"), own),
        _right(
            SCHEDULE_ACTIONS, _arn("events", stage.region, f"rule/{stage.function_prefix}*"), own
        ),
        _right(
            API_ACTIONS,
            f"arn:{cdk.Aws.PARTITION}:apigateway:{stage.region}::/*",
            "A REST API's id is AWS's to choose, so no narrower ARN is known before.",
        ),
        _right(
            LOG_ACTIONS,
            _arn("logs", stage.region, f"log-group:/aws/*/{stage.function_prefix}*"),
            "Log groups of functions and of the API, by the stage's prefix.",
        ),
        _right(
            ("s3:PutObject",),
            _objects(stage.bucket(CONSOLE_BUCKET, cdk.Aws.ACCOUNT_ID, CLOUDFRONT_REGION)),
            "The console's files, which carry hashes in their names.",
        ),
        _right(
            ("s3:GetObject", "s3:PutObject"),
            _objects(stage.bucket(STATE_BUCKET, cdk.Aws.ACCOUNT_ID)),
            "What Chalice remembers of the stage.",
        ),
        # Without it S3 answers 403 for an object that is not there yet, which says nothing.
        _on_one(("s3:ListBucket",), _bucket(stage.bucket(STATE_BUCKET, cdk.Aws.ACCOUNT_ID))),
        _right(
            MAPPING_ACTIONS,
            "*",
            "A mapping's id is AWS's to choose; the condition binds it to the stage's functions.",
            {"ArnLike": {"lambda:FunctionArn": functions}},
        ),
        _right(LOOK_UPS, "*", "These actions take no resource."),
    ]


def _right(
    actions: tuple[str, ...],
    resource: str,
    reason: str,
    conditions: dict[str, object] | None = None,
) -> Right:
    policy = iam.PolicyStatement(actions=list(actions), resources=[resource], conditions=conditions)
    return Right(policy, {f"AwsSolutions-IAM5[Resource::{as_found(resource)}]": reason})


def _on_one(actions: tuple[str, ...], resource: str) -> Right:
    return Right(iam.PolicyStatement(actions=list(actions), resources=[resource]), {})


def _bucket(bucket: str) -> str:
    return f"arn:{cdk.Aws.PARTITION}:s3:::{bucket}"


def _objects(bucket: str) -> str:
    return f"{_bucket(bucket)}/*"


def _arn(service: str, region: str, resource: str) -> str:
    return f"arn:{cdk.Aws.PARTITION}:{service}:{region}:{cdk.Aws.ACCOUNT_ID}:{resource}"
