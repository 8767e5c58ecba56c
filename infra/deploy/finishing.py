"""The finishing step: settings that neither Chalice nor a stack makes. It can be run again."""

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from infra.declared.function_kinds import Function, Source
from infra.declared.stages import SYSTEM_INFO
from infra.deploy import api_stage, mappings, reading
from infra.deploy.api_stage import ApiStage
from infra.deploy.asynchronous import drop_failed_ticks
from infra.deploy.config import LOG_RETENTION_DAYS
from infra.deploy.runtime import update_with_deployments
from infra.deploy.system_logs import set_system_log_level

Client = Callable[[str], Any]
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """A deployment's functions, as physical names by Chalice's names, and its API stage.

    `api` is None for an application without routes. `system_log_level` is the stage's. Where
    containers serve it, the functions do not read their sources.
    """

    functions: Mapping[str, str]
    api: ApiStage | None
    system_log_level: str = SYSTEM_INFO
    has_containers: bool = False


def finish(  # noqa: PLR0913 keyword-only: differences of projects and clouds
    client: Client,
    deployed: Deployment,
    functions: Iterable[Function],
    arns: Mapping[str, str],
    *,
    say: Say = print,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Finish a deployment; `client` returns a service's client, `arns` are by variable name.

    Raises mappings.NotSettled and botocore's errors; it can then be run again.
    """
    create_log_groups(client("logs"), deployed.functions.values())
    say(f"logs are kept for {LOG_RETENTION_DAYS} days: {', '.join(deployed.functions.values())}")
    if deployed.api is not None:
        _finish_api(client("apigateway"), deployed.api, say, sleep)
    for function in functions:
        name = deployed.functions[function.chalice_name]
        update_with_deployments(client("lambda"), name)
        if set_system_log_level(client("lambda"), name, deployed.system_log_level):
            say(f"{function.label} has Lambda's own lines from {deployed.system_log_level} on")
        if function.source is not None:
            finished = _finish_source(client("lambda"), name, function.source, arns, sleep)
            say(f"{function.label} {finished}")
            if _switch(client, name, function.source, deployed, sleep):
                verb = "no longer reads" if deployed.has_containers else "reads"
                say(f"{function.label} {verb} its source")


def _finish_api(
    gateway: Any, api: api_stage.ApiStage, say: Say, sleep: Callable[[float], None]
) -> None:
    if api_stage.ensure_log_role(gateway, api, sleep):
        say("API Gateway may write logs in this account now")
    api_stage.finish(gateway, api)
    say(f"stage {api.name} of the API has its throttle, access logs and traces")


def _finish_source(
    client: Any,
    name: str,
    source: Source,
    arns: Mapping[str, str],
    sleep: Callable[[float], None],
) -> str:
    """Finish what invokes the function `name`; returns what the function does then."""
    if source.is_schedule:
        drop_failed_ticks(client, name)
        return "is invoked once for each tick of its schedule"
    count = mappings.enable_partial_batch_responses(client, name, source, arns, sleep)
    return f"reports batch item failures to its {count} event source mappings"


def _switch(
    client: Client,
    name: str,
    source: Source,
    deployed: Deployment,
    sleep: Callable[[float], None],
) -> bool:
    """Let one of functions and containers read the source; returns whether that changed."""
    reads = not deployed.has_containers
    if source.is_schedule:
        return reading.switch_rule(client("events"), name, ticks=reads)
    return bool(reading.switch_mappings(client("lambda"), name, sleep, reads=reads))


def delete_logs(client: Client, deployed: Deployment, say: Say = print) -> None:
    """Delete the functions' log groups, which neither Chalice nor Lambda deletes."""
    logs = client("logs")
    for name in deployed.functions.values():
        with suppress(logs.exceptions.ResourceNotFoundException):
            logs.delete_log_group(logGroupName=build_log_group_name(name))
    say(f"logs are deleted: {', '.join(deployed.functions.values())}")


def build_log_group_name(function_name: str) -> str:
    """The log group of a function."""
    return f"/aws/lambda/{function_name}"


def create_log_groups(logs: Any, functions: Iterable[str]) -> None:
    """Create the functions' log groups with a retention; the functions may not create them."""
    for name in functions:
        group = build_log_group_name(name)
        with suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_group(logGroupName=group)
        logs.put_retention_policy(logGroupName=group, retentionInDays=LOG_RETENTION_DAYS)
