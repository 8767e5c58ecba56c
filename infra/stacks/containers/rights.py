"""The task roles: what the functions in their place may do, united from the functions' table."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.declared.containers import POLLS
from infra.declared.function_kinds import Function
from infra.deploy.policies import STAR_REASONS, Place, policy
from infra.stacks.shared.base import accept, format_as_in_findings
from infra.stacks.shared.tasks import TASKS

# Of the functions alone: their log groups, their traces, and Lambda's own polling.
_LAMBDAS = ("Logs", "Traces", "Source", "SourceList", "SourceFailures")
Statement = dict[str, Any]


def unite_rights(
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


def add_task_role(
    scope: Construct, unit: str, *, name: str, statements: Sequence[Statement]
) -> iam.Role:
    """A role with these statements; wildcards are accepted with the reasons of the functions."""
    role = iam.Role(scope, unit, role_name=name, assumed_by=iam.ServicePrincipal(TASKS))
    for statement in statements:
        role.add_to_policy(iam.PolicyStatement.from_json(statement))
    accept(role, _explain(statements))
    return role


def _explain(statements: Sequence[Statement]) -> dict[str, str]:
    reasons = {}
    for statement in statements:
        for resource in statement.get("Resource", ()):
            if resource == "*":
                known = {STAR_REASONS[action] for action in statement["Action"]}
                text = "; ".join(sorted(known))
            else:
                text = (
                    "A prefix of keys, or what AWS appends to a name, as the function's own right"
                )
            if "*" in resource or "?" in resource:
                reasons[f"AwsSolutions-IAM5[Resource::{format_as_in_findings(resource)}]"] = (
                    f"{text}."
                )
    return reasons
