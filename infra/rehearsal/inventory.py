"""Names of everything that is deployed on an emulator, by any tool."""

from typing import Any

from infra.rehearsal.emulator import RunningEmulator

Inventory = dict[str, list[str]]

_LIVE = ["CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_FAILED", "ROLLBACK_COMPLETE"]

_OF_SERVICES = "/aws-service-role/"  # they belong to the account and stay


def take_inventory(emulator: RunningEmulator) -> Inventory:
    """The names by kind of resource."""
    client = emulator.cloud.client
    gateway = client("apigateway")
    found = {
        "functions": ("FunctionName", client("lambda").list_functions()["Functions"]),
        "mappings": (
            "UUID",
            client("lambda").list_event_source_mappings()["EventSourceMappings"],
        ),
        "apis": ("id", gateway.get_rest_apis()["items"]),
        "HTTP APIs": ("ApiId", client("apigatewayv2").get_apis()["Items"]),
        "roles": ("RoleName", _list_own_roles(client("iam").list_roles()["Roles"])),
        "log groups": ("logGroupName", client("logs").describe_log_groups()["logGroups"]),
        "rules": ("Name", client("events").list_rules()["Rules"]),
        "stacks": (
            "StackName",
            client("cloudformation").list_stacks(StackStatusFilter=_LIVE)["StackSummaries"],
        ),
    }
    names = {kind: sorted(item[key] for item in items) for kind, (key, items) in found.items()}
    account_role = gateway.get_account().get("cloudwatchRoleArn")
    return names | {"account's log role": [account_role] if account_role else []}


def _list_own_roles(roles: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [role for role in roles if not role["Path"].startswith(_OF_SERVICES)]
