"""In a rehearsal, the access stack's roles that read logs.

They trust the whole account, since functions' roles have other names here. The emulator does not
support `dynamodb:LeadingKeys` and session tags: a tenant's session reads every partition.
"""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from infra.deploy.policies import Place

Client = Callable[[str], Any]


def create(client: Client, name: str, place: Place, actions: Iterable[str], table: str) -> str:
    """Create the role if it does not exist; return its ARN. It may use a table and its indexes."""
    iam = client("iam")
    account = {"AWS": f"arn:{place.partition}:iam::{place.account}:root"}
    trust_actions = ["sts:AssumeRole", "sts:TagSession"]
    trust = _build_document({"Effect": "Allow", "Principal": account, "Action": trust_actions})
    policy = _build_document(
        {"Effect": "Allow", "Action": list(actions), "Resource": [table, f"{table}/index/*"]}
    )
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=policy)
    return str(iam.get_role(RoleName=name)["Role"]["Arn"])


def delete(client: Client, name: str) -> None:
    """Delete the role if it exists."""
    iam = client("iam")
    with suppress(iam.exceptions.NoSuchEntityException):
        iam.delete_role_policy(RoleName=name, PolicyName=name)
        iam.delete_role(RoleName=name)


def _build_document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
