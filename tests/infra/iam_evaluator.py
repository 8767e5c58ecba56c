"""AWS calls as IAM sees them, and whether a policy document allows or denies them."""

import fnmatch
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

ARN = "arn:aws:{}:us-east-1:123456789012:{}"
ANYTHING = "*"  # the resource of a call that names none
PHONE_NUMBER = "+15555550100"  # what SNS gives in place of a topic's ARN

Policy = Mapping[str, Any]
Context = Mapping[str, str | Sequence[str]]
PARTIQL = re.compile(
    r'^(?P<verb>INSERT|UPDATE|DELETE|SELECT)\b[^"]*"(?P<table>[^"]+)"', re.IGNORECASE
)


class Need(NamedTuple):
    """An action on a resource."""

    action: str
    resource: str


def needs(service: str, operation: str, params: dict[str, Any]) -> list[Need]:
    """What a call needs; KeyError for a kind of call that is not known here yet."""
    return SERVICES[service](operation, params)


def allows(policy: Policy, need: Need, context: Context | None = None) -> bool:
    """Whether a statement allows it and none denies it; `context` are condition keys."""
    return _decided(policy, "Allow", need, context) and not denies(policy, need, context)


def denies(policy: Policy, need: Need, context: Context | None = None) -> bool:
    """Whether a statement denies it, whatever others allow."""
    return _decided(policy, "Deny", need, context)


def _decided(policy: Policy, effect: str, need: Need, context: Context | None) -> bool:
    return any(
        statement["Effect"] == effect
        and any(_matches(item, need.action) for item in _many(statement["Action"]))
        and _covers(statement, need.resource)
        and _holds(statement.get("Condition", {}), context or {})
        for statement in policy["Statement"]
    )


def _covers(statement: Policy, resource: str) -> bool:
    """By `Resource`, or by `NotResource`: whatever is none of those."""
    if "NotResource" in statement:
        return not any(_matches(item, resource) for item in _many(statement["NotResource"]))
    return any(_matches(item, resource) for item in _many(statement["Resource"]))


def _holds(conditions: Policy, context: Context) -> bool:
    return all(
        OPERATORS[operator](context.get(key), [_filled(item, context) for item in _many(wanted)])
        for operator, keys in conditions.items()
        for key, wanted in keys.items()
    )


def _filled(wanted: str, context: Context) -> str:
    """A value with its variables, such as a tag of the session, filled in."""

    def value(found: re.Match[str]) -> str:
        return str(context.get(found[1], ""))

    # `${AWS::AccountId}` in a template is CloudFormation's; IAM's own have a single colon.
    return re.sub(r"\$\{(aws:[A-Za-z]+/[\w-]+)\}", value, wanted)


def _equals(given: Any, wanted: list[str]) -> bool:
    return given is not None and given in wanted


def _like(given: Any, wanted: list[str]) -> bool:
    return given is not None and any(fnmatch.fnmatchcase(given, name) for name in wanted)


def _all_equal(given: Any, wanted: list[str]) -> bool:
    """True of nothing: hence a Null check beside it wherever it guards something."""
    return all(item in wanted for item in _many(given or []))


def _is_null(given: Any, wanted: list[str]) -> bool:
    return (given is None) == (wanted == ["true"])


OPERATORS: Mapping[str, Callable[[Any, list[str]], bool]] = {
    "ArnEquals": _like,
    "ArnNotEquals": lambda given, wanted: not _like(given, wanted),
    "Bool": _equals,
    "BoolIfExists": lambda given, wanted: given is None or _equals(given, wanted),
    "ForAllValues:StringEquals": _all_equal,
    "Null": _is_null,
    "StringEquals": _equals,
    "StringLike": _like,
}


def _many(values: Any) -> Iterable[str]:
    return [values] if isinstance(values, str) else values


def _matches(pattern: str, text: str) -> bool:
    escaped = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(escaped, text) is not None


def _dynamodb(operation: str, params: dict[str, Any]) -> list[Need]:
    """Transactions and batches need the rights of what they consist of."""
    if operation == "TransactWriteItems":
        actions = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem"}
        return [
            Need(f"dynamodb:{actions[kind]}", _table(inner["TableName"]))
            for item in params["TransactItems"]
            for kind, inner in item.items()
        ]
    if operation == "BatchExecuteStatement":
        return [_statement(statement["Statement"]) for statement in params["Statements"]]
    if "RequestItems" in params:
        return [Need(f"dynamodb:{operation}", _table(name)) for name in params["RequestItems"]]
    index = f"/index/{params['IndexName']}" if "IndexName" in params else ""
    return [Need(f"dynamodb:{operation}", _table(params["TableName"]) + index)]


def _statement(text: str) -> Need:
    """PartiQL has actions of its own: `dynamodb:PutItem` is no right to INSERT."""
    found = PARTIQL.match(text)
    assert found, text
    return Need(f"dynamodb:PartiQL{found['verb'].title()}", _table(found["table"]))


def _table(name: str) -> str:
    return ARN.format("dynamodb", f"table/{name}")


def _sqs(operation: str, params: dict[str, Any]) -> list[Need]:
    """A batch needs the right of the single call."""
    queue = params["QueueUrl"].rsplit("/", 1)[-1]
    return [Need(f"sqs:{operation.removesuffix('Batch')}", ARN.format("sqs", queue))]


def _sns(operation: str, params: dict[str, Any]) -> list[Need]:
    """A batch needs the right of the single call; a phone number is no resource."""
    if operation == "CheckIfPhoneNumberIsOptedOut":  # it takes no resource
        return [Need(f"sns:{operation}", "*")]
    if "PhoneNumber" in params:
        return [Need(f"sns:{operation}", PHONE_NUMBER)]
    topic = params["TopicArn"].rsplit(":", 1)[-1]
    return [Need(f"sns:{operation.removesuffix('Batch')}", ARN.format("sns", topic))]


def _s3(operation: str, params: dict[str, Any]) -> list[Need]:
    if operation == "CreateBucket":  # botocore's way to find where a presigned form is posted
        return []
    bucket = f"arn:aws:s3:::{params['Bucket']}"
    if operation == "ListObjectsV2":
        return [Need("s3:ListBucket", bucket)]
    kind = "Version" if "VersionId" in params else ""  # a version needs a right of its own
    actions = {name: f"s3:{name}" for name in ("GetObject", "PutObject", "DeleteObject")}
    found = Need(f"{actions[operation]}{kind}", f"{bucket}/{params['Key']}")
    if kind:
        return [found]
    # Without that right an object that is not there is a 403, which says nothing.
    return [found, Need("s3:ListBucket", bucket)] if operation == "GetObject" else [found]


def _secrets(operation: str, params: dict[str, Any]) -> list[Need]:
    """The ARN of a secret ends in six characters of AWS's choice."""
    secret = f"secret:{params['SecretId']}-AbC123"
    return [Need(f"secretsmanager:{operation}", ARN.format("secretsmanager", secret))]


def _sts(operation: str, params: dict[str, Any]) -> list[Need]:
    """To tag a session is a right of its own."""
    actions = [operation, *(["TagSession"] if params.get("Tags") else [])]
    return [Need(f"sts:{action}", params["RoleArn"]) for action in actions]


def _cloudwatch(operation: str, _: dict[str, Any]) -> list[Need]:
    """Metrics are no resources."""
    return [Need(f"cloudwatch:{operation}", ANYTHING)]


def _kinesis(operation: str, params: dict[str, Any]) -> list[Need]:
    return [Need(f"kinesis:{operation}", ARN.format("kinesis", f"stream/{params['StreamName']}"))]


def _ses(operation: str, _: dict[str, Any]) -> list[Need]:
    """IAM knows both versions of SES by one name; identities are the account's own business."""
    return [Need(f"ses:{operation}", ANYTHING)]


def _bedrock(operation: str, params: dict[str, Any]) -> list[Need]:
    """A profile sends a request to its model, in whichever region."""
    assert operation == "Converse", operation
    profile = params["modelId"]
    model = profile.partition(".")[2]
    return [
        Need("bedrock:InvokeModel", ARN.format("bedrock", f"inference-profile/{profile}")),
        Need("bedrock:InvokeModel", f"arn:aws:bedrock:::foundation-model/{model}"),
    ]


SERVICES: Mapping[str, Callable[[str, dict[str, Any]], list[Need]]] = {
    "bedrock-runtime": _bedrock,
    "cloudwatch": _cloudwatch,
    "dynamodb": _dynamodb,
    "kinesis": _kinesis,
    "s3": _s3,
    "secretsmanager": _secrets,
    "sesv2": _ses,
    "sns": _sns,
    "sqs": _sqs,
    "sts": _sts,
}
