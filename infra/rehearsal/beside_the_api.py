"""In a rehearsal, what the api stack puts beside the API: a keyed plan, a log group, a role."""

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
_SETTING = "/cloudwatchRoleArn"

Client = Callable[[str], Any]


class Beside(NamedTuple):
    """The outputs of the stack that a deployment needs."""

    access_logs_arn: str
    logs_role_arn: str


def provide(client: Client, name: str, rest_api_id: str, stage: str) -> Beside:
    """Make what is missing, under `name`; the plan admits the first key that there is."""
    gateway, logs, iam = client("apigateway"), client("logs"), client("iam")
    if not _plans(gateway, name):
        api_stage = {"apiId": rest_api_id, "stage": stage}
        plan = gateway.create_usage_plan(name=name, apiStages=[api_stage])
        key = gateway.get_api_keys()["items"][0]
        gateway.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
    with suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName=_group(name))
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=_role(name), AssumeRolePolicyDocument=json.dumps(_TRUST))
    group = logs.describe_log_groups(logGroupNamePrefix=_group(name))["logGroups"][0]
    return Beside(group["arn"], iam.get_role(RoleName=_role(name))["Role"]["Arn"])


def remove(client: Client, name: str) -> None:
    """Delete what `provide` made, if it did."""
    gateway, logs, iam = client("apigateway"), client("logs"), client("iam")
    for plan in _plans(gateway, name):
        gateway.delete_usage_plan(usagePlanId=plan["id"])
    with suppress(logs.exceptions.ResourceNotFoundException):
        logs.delete_log_group(logGroupName=_group(name))
    with suppress(iam.exceptions.NoSuchEntityException):
        iam.delete_role(RoleName=_role(name))
        patch = {"op": "replace", "path": _SETTING, "value": ""}
        gateway.update_account(patchOperations=[patch])


def _plans(gateway: Any, name: str) -> list[dict[str, Any]]:
    return [each for each in gateway.get_usage_plans()["items"] if each["name"] == name]


def _group(name: str) -> str:
    return f"/aws/apigateway/{name}"


def _role(name: str) -> str:
    return f"{name}-api-logs"
