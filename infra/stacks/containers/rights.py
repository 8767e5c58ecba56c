"""The task roles, with the rights of the functions in whose place the containers are."""

from collections.abc import Sequence

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.deploy.container_rights import Statement
from infra.deploy.policies import STAR_REASONS
from infra.stacks.shared.base import accept, format_as_in_findings
from infra.stacks.shared.tasks import TASKS


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
