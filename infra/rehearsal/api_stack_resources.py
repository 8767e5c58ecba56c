"""In a rehearsal, the api stack's resources: usage plan with key, log group, role for logs."""

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NamedTuple

_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "apigateway.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
_ACCOUNT_ROLE = "/cloudwatchRoleArn"

Client = Callable[[str], Any]


class ApiStackOutputs(NamedTuple):
    """The outputs of the api stack that the finishing step needs."""

    access_logs_arn: str
    logs_role_arn: str


def create(client: Client, name: str, rest_api_id: str, stage: str) -> ApiStackOutputs:
    """Create missing resources with this name; the plan contains the account's first API key."""
    gateway, logs, iam = client("apigateway"), client("logs"), client("iam")
    if not _find_plans(gateway, name):
        api_stage = {"apiId": rest_api_id, "stage": stage}
        plan = gateway.create_usage_plan(name=name, apiStages=[api_stage])
        key = gateway.get_api_keys()["items"][0]
        gateway.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
    with suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName=_build_group_name(name))
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(
            RoleName=_build_role_name(name), AssumeRolePolicyDocument=json.dumps(_TRUST)
        )
    group = logs.describe_log_groups(logGroupNamePrefix=_build_group_name(name))["logGroups"][0]
    return ApiStackOutputs(
        group["arn"], iam.get_role(RoleName=_build_role_name(name))["Role"]["Arn"]
    )


def delete(client: Client, name: str) -> None:
    """Delete the resources of `create` that exist."""
    gateway, logs, iam = client("apigateway"), client("logs"), client("iam")
    for plan in _find_plans(gateway, name):
        gateway.delete_usage_plan(usagePlanId=plan["id"])
    with suppress(logs.exceptions.ResourceNotFoundException):
        logs.delete_log_group(logGroupName=_build_group_name(name))
    with suppress(iam.exceptions.NoSuchEntityException):
        iam.delete_role(RoleName=_build_role_name(name))
        patch = {"op": "replace", "path": _ACCOUNT_ROLE, "value": ""}
        gateway.update_account(patchOperations=[patch])


def _find_plans(gateway: Any, name: str) -> list[dict[str, Any]]:
    return [plan for plan in gateway.get_usage_plans()["items"] if plan["name"] == name]


def _build_group_name(name: str) -> str:
    return f"/aws/apigateway/{name}"


def _build_role_name(name: str) -> str:
    return f"{name}-api-logs"
