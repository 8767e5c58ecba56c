"""What neither Chalice nor a stack sets: the last step of a deployment. It may run at any time."""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from infra.declared.functions import Function
from infra.deploy import api_stage, mappings
from infra.deploy.api_stage import ApiStage
from infra.deploy.config import LOG_RETENTION_DAYS

Client = Callable[[str], Any]
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Deployed:
    """What a deployment made: `functions` are the names on AWS by Chalice's own.

    `api` is None for an application without routes.
    """

    functions: Mapping[str, str]
    api: ApiStage | None


def finish(  # noqa: PLR0913 all that projects and clouds differ in
    client: Client,
    deployed: Deployed,
    functions: Iterable[Function],
    arns: Mapping[str, str],
    *,
    say: Say = print,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Finish a deployment; `client` makes a client of a service, `arns` are by variable.

    Raises mappings.NotSettled, and botocore's own errors; run again, it goes on.
    """
    for name in deployed.functions.values():
        _keep_logs(client("logs"), name)
    say(f"logs are kept for {LOG_RETENTION_DAYS} days: {', '.join(deployed.functions.values())}")
    if deployed.api is not None:
        if api_stage.let_log(client("apigateway"), deployed.api, sleep):
            say("API Gateway may write logs in this account now")
        api_stage.deploy(client("apigateway"), deployed.api)
        say(f"the API is deployed to {deployed.api.name}: answers, throttle, access logs, traces")
    for function in functions:
        if function.source is not None:
            name = deployed.functions[function.chalice_name]
            count = mappings.turn_on(client("lambda"), name, function.source, arns, sleep)
            say(f"{function.label} reports single failures to its {count} event source mappings")


def remove(client: Client, deployed: Deployed, say: Say = print) -> None:
    """Delete the log groups of the functions, which outlive them everywhere."""
    logs = client("logs")
    for name in deployed.functions.values():
        with suppress(logs.exceptions.ResourceNotFoundException):
            logs.delete_log_group(logGroupName=log_group(name))
    say(f"logs are deleted: {', '.join(deployed.functions.values())}")


def log_group(function_name: str) -> str:
    """Where Lambda writes a function's logs."""
    return f"/aws/lambda/{function_name}"


def _keep_logs(logs: Any, function_name: str) -> None:
    """Lambda makes the group at the first line that is logged, and then keeps it for ever."""
    group = log_group(function_name)
    with suppress(logs.exceptions.ResourceAlreadyExistsException):
        logs.create_log_group(logGroupName=group)
    logs.put_retention_policy(logGroupName=group, retentionInDays=LOG_RETENTION_DAYS)
