"""AWS calls as IAM sees them, and whether a policy document allows them."""

import re
from typing import Any, NamedTuple

ARN = "arn:aws:{}:us-east-1:123456789012:{}"


class Need(NamedTuple):
    """An action on a resource."""

    action: str
    resource: str


def needs(service: str, operation: str, params: dict[str, Any]) -> list[Need]:
    """What a call needs; KeyError for a kind of call that is not known here yet."""
    return {"dynamodb": _dynamodb, "sqs": _sqs, "s3": _s3, "secretsmanager": _secrets}[service](
        operation, params
    )


def allows(policy: dict[str, Any], need: Need) -> bool:
    """Whether a statement has the action and the resource; there are no denials to look for."""
    return any(
        any(_matches(pattern, need.action) for pattern in statement["Action"])
        and _matches(statement["Resource"], need.resource)
        for statement in policy["Statement"]
    )


def _matches(pattern: str, text: str) -> bool:
    escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(escaped, text) is not None


def _dynamodb(operation: str, params: dict[str, Any]) -> list[Need]:
    if operation == "TransactWriteItems":
        actions = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}
        return [
            Need(f"dynamodb:{actions[kind]}", _table(inner["TableName"]))
            for item in params["TransactItems"]
            for kind, inner in item.items()
        ]
    index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
    return [Need(f"dynamodb:{operation}", _table(params["TableName"]) + index)]


def _table(name: str) -> str:
    return ARN.format("dynamodb", f"table/{name}")


def _sqs(operation: str, params: dict[str, Any]) -> list[Need]:
    """A batch needs the right of the single call."""
    queue = params["QueueUrl"].rsplit("/", 1)[-1]
    return [Need(f"sqs:{operation.removesuffix('Batch')}", ARN.format("sqs", queue))]


def _s3(operation: str, params: dict[str, Any]) -> list[Need]:
    bucket = f"arn:aws:s3:::{params['Bucket']}"
    if operation == "ListObjectsV2":
        return [Need("s3:ListBucket", bucket)]
    action = {"GetObject": "s3:GetObject", "PutObject": "s3:PutObject"}[operation]
    return [Need(action, f"{bucket}/{params['Key']}")]


def _secrets(operation: str, params: dict[str, Any]) -> list[Need]:
    """The ARN of a secret ends in six characters of AWS's choice."""
    secret = f"secret:{params['SecretId']}-AbC123"
    return [Need(f"secretsmanager:{operation}", ARN.format("secretsmanager", secret))]
