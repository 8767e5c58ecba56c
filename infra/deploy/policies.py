"""The least-privilege policy of each function, generated from `infra/declared/functions.py`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.declared.function_kinds import (
    ANYTHING,
    LANGUAGE_MODEL,
    PHONE_NUMBERS,
    QUEUE,
    Calls,
    Function,
    Source,
)
from infra.declared.kinds import (
    Bucket,
    FailureQueue,
    Queue,
    Resources,
    Secret,
    Stream,
    Table,
    Topic,
)

Declared = Table | Queue | FailureQueue | Bucket | Secret | Stream | Topic
Statement = dict[str, Any]
_PROFILE = re.compile(r"(?:global|us|us-gov|eu|apac|au|ca|jp)\.(?P<model>.+)")

# The only actions allowed on `*`, each with the reason why it cannot name a resource.
STAR_REASONS = {
    "xray:PutTraceSegments": "X-Ray has no resource-level permissions for sending segments",
    "xray:PutTelemetryRecords": "X-Ray has no resource-level permissions for sending telemetry",
    "cloudwatch:GetMetricData": "metrics are no resources; the call names what it asks for",
    "kinesis:ListStreams": "Lambda's poller lists streams; the action supports no resource",
    "ses:SendEmail": "the address is a setting, whose identity the account's owner verifies",
    "sns:CheckIfPhoneNumberIsOptedOut": "it is about a phone number, which is no resource",
    "dynamodb:ListStreams": "Lambda's poller lists streams; the action supports no resource",
}
# Without CreateLogGroup: the last lines after a destroy would make a group that nothing deletes.
_LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")
_TRACES = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
_POLLS = {  # what Lambda asks of a function's role in order to poll its event source
    QUEUE: ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"),
    "kinesis": (
        "DescribeStream",
        "DescribeStreamSummary",
        "GetRecords",
        "GetShardIterator",
        "ListShards",
        "SubscribeToShard",
    ),
    "dynamodb": ("DescribeStream", "GetRecords", "GetShardIterator"),
}


@dataclass(frozen=True)
class Place:
    """The account and region that a stage lives in."""

    account: str
    region: str
    partition: str = "aws"

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a resource that belongs to the account and the region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


def policy(
    function: Function, *, name: str, place: Place, arns: Mapping[str, str], model_id: str = ""
) -> dict[str, Any]:
    """The whole policy document of a function; `name` is its own on AWS, `arns` by variable.

    Without a `model_id` the stage uses no language model, and no function may call one.
    Raises KeyError when the table names a variable that no resource has.
    """
    logs = place.arn("logs", f"log-group:/aws/lambda/{name}:*")
    statements = [_allow("Logs", _LOGS, logs), _star("Traces", _TRACES)]
    statements += [
        _call_model(calls, n, model_id, place)
        if calls.variable == LANGUAGE_MODEL
        else _calls(calls, n, arns, place)
        for n, calls in enumerate(function.calls, 1)
        if model_id or calls.variable != LANGUAGE_MODEL
    ]
    if function.source is not None and not function.source.is_schedule:
        statements += _source(function.source, arns)
    return {"Version": "2012-10-17", "Statement": statements}


def resource_arns(
    declared: Resources, place: Place, others: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The ARN of every declared resource, by its variable.

    `others` adds ARNs that AWS chose, such as those of table streams, by their outputs' names.
    """
    resources: list[Declared] = [*declared.with_outputs, *declared.secrets]
    return {resource.variable: _arn(resource, place) for resource in resources} | dict(others or {})


def _arn(resource: Declared, place: Place) -> str:
    match resource:
        case Table():
            return place.arn("dynamodb", f"table/{resource.name}")
        case Queue() | FailureQueue():
            return place.arn("sqs", resource.name)
        case Bucket():
            return f"arn:{place.partition}:s3:::{resource.name}"
        case Stream():
            return place.arn("kinesis", f"stream/{resource.name}")
        case Topic():
            return place.arn("sns", resource.name)
        case Secret():  # Secrets Manager appends a hyphen and six characters of its own
            return place.arn("secretsmanager", f"secret:{resource.name}-??????")


def _calls(calls: Calls, number: int, arns: Mapping[str, str], place: Place) -> Statement:
    if calls.variable == ANYTHING:
        return _star(f"Anything{number}", calls.actions)
    if calls.variable == PHONE_NUMBERS:
        return _allow_phone_numbers(f"PhoneNumbers{number}", calls.actions, place)
    sid = calls.variable.title().replace("_", "")
    return _allow(f"{sid}{number}", calls.actions, arns[calls.variable] + calls.within)


def _call_model(calls: Calls, number: int, model_id: str, place: Place) -> Statement:
    """A statement on one model; by its inference profile also where that sends requests to.

    Bedrock, "Prerequisites for inference profiles": a profile of several regions needs the right on
    the model in each of them, and `global` one on the model without a region.
    """
    profile = _PROFILE.fullmatch(model_id)
    models = f"arn:{place.partition}:bedrock:{'*' if profile else place.region}::foundation-model"
    resources = [f"{models}/{profile['model'] if profile else model_id}"]
    if profile:
        resources.append(place.arn("bedrock", f"inference-profile/{model_id}"))
    return _allow(f"LanguageModel{number}", calls.actions, resources)


def _source(source: Source, arns: Mapping[str, str]) -> Iterable[Statement]:
    service = source.service
    actions = tuple(f"{service}:{action}" for action in _POLLS[service])
    yield _allow("Source", actions, arns[source.variable])
    if source.is_stream:
        yield _star("SourceList", (f"{service}:ListStreams",))
    if source.failures is not None:
        yield _allow("SourceFailures", ("sqs:SendMessage",), arns[source.failures])


def _allow(sid: str, actions: tuple[str, ...], resource: str | list[str]) -> Statement:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resource}


def _allow_phone_numbers(sid: str, actions: tuple[str, ...], place: Place) -> Statement:
    """A statement on phone numbers alone: they have no ARN, and every topic of any account has."""
    topics = f"arn:{place.partition}:sns:*:*:*"
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "NotResource": topics}


def _star(sid: str, actions: tuple[str, ...]) -> Statement:
    """A statement on `*`; raises LookupError for an action whose reason is not written down."""
    for action in actions:
        if action not in STAR_REASONS:
            raise LookupError(f"{action} on * has no reason in STAR_REASONS")
    return _allow(sid, actions, "*")
