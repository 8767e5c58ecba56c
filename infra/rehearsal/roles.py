"""In a rehearsal, the roles of the access stack: who may look into the logs.

Whom they trust is the account alone, since roles get other names here. The emulator knows neither
`dynamodb:LeadingKeys` nor tags in a policy: here a tenant's session sees every partition.
"""

import json
from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from infra.deploy.policies import Place

Client = Callable[[str], Any]


def provide(client: Client, name: str, place: Place, actions: Iterable[str], resource: str) -> str:
    """Make the role, if it is missing; answers its ARN."""
    iam = client("iam")
    account = {"AWS": f"arn:{place.partition}:iam::{place.account}:root"}
    may_take = ["sts:AssumeRole", "sts:TagSession"]
    trust = _document({"Effect": "Allow", "Principal": account, "Action": may_take})
    policy = _document({"Effect": "Allow", "Action": list(actions), "Resource": resource})
    with suppress(iam.exceptions.EntityAlreadyExistsException):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)
    iam.put_role_policy(RoleName=name, PolicyName=name, PolicyDocument=policy)
    return str(iam.get_role(RoleName=name)["Role"]["Arn"])


def remove(client: Client, name: str) -> None:
    """Delete the role, if it is there."""
    iam = client("iam")
    with suppress(iam.exceptions.NoSuchEntityException):
        iam.delete_role_policy(RoleName=name, PolicyName=name)
        iam.delete_role(RoleName=name)


def _document(statement: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
