"""What the containers may do: the rights of the functions in whose place they are, united."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from infra.declared.containers import POLLS
from infra.declared.function_kinds import Function
from infra.deploy.policies import Place, policy

AUTHORIZER = "tenant_key"
# Of the functions alone: their log groups, their traces, and Lambda's own polling.
_LAMBDAS = ("Logs", "Traces", "Source", "SourceList", "SourceFailures")
_LEASES = ("dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem")
_KEYS = ("/usageplans", "/usageplans/*/keys", "/apikeys/*")
Statement = dict[str, Any]


def list_api_rights(
    functions: Sequence[Function], *, place: Place, arns: Mapping[str, str], model_id: str
) -> list[Statement]:
    """Those of the routes' function and the authorizer of tenant keys, and reading the plan's keys.

    The ids of the plan and of its keys are API Gateway's to choose.
    """
    behind = [function for function in functions if function.handler in (None, AUTHORIZER)]
    base = f"arn:{place.partition}:apigateway:{place.region}::"
    keys = [f"{base}{path}" for path in _KEYS]
    return [
        *_unite(behind, place=place, arns=arns, model_id=model_id),
        {"Effect": "Allow", "Action": ["apigateway:GET"], "Resource": keys},
    ]


def list_event_rights(
    functions: Sequence[Function], *, place: Place, arns: Mapping[str, str], model_id: str
) -> list[Statement]:
    """Those of the functions with sources, their polling, and leases with heartbeats of streams."""
    sourced = [function for function in functions if function.source is not None]
    leases = {"Effect": "Allow", "Action": list(_LEASES), "Resource": [arns["STATE_TABLE"]]}
    return [*_unite(sourced, place=place, arns=arns, model_id=model_id), leases]


def _unite(
    functions: Iterable[Function], *, place: Place, arns: Mapping[str, str], model_id: str
) -> list[Statement]:
    """Statements for the calls of all `functions` and for the polling of their sources."""
    found: dict[tuple[str, tuple[str, ...]], set[str]] = defaultdict(set)
    for function in functions:
        whole = policy(function, name=function.label, place=place, arns=arns, model_id=model_id)
        for statement in [*whole["Statement"], *_list_polls(function, arns)]:
            if statement["Sid"] not in _LAMBDAS:
                found[_find_target(statement)].update(statement["Action"])
    return [
        {"Effect": "Allow", "Action": sorted(actions), kind: list(resources)}
        for (kind, resources), actions in found.items()
    ]


def _list_polls(function: Function, arns: Mapping[str, str]) -> Iterable[Statement]:
    source = function.source
    if source is None or source.is_schedule:
        return
    actions = [f"{source.service}:{action}" for action in POLLS[source.service]]
    yield {"Sid": "Polls", "Action": actions, "Resource": arns[source.variable]}
    if source.failures is not None:
        failures = arns[source.failures]
        yield {"Sid": "Failures", "Action": ["sqs:SendMessage"], "Resource": failures}


def _find_target(statement: Statement) -> tuple[str, tuple[str, ...]]:
    kind = "Resource" if "Resource" in statement else "NotResource"
    resources = statement[kind]
    return kind, (resources,) if isinstance(resources, str) else tuple(resources)
