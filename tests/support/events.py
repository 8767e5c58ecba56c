"""The events that API Gateway, SQS and streams hand to the functions, and what these answer."""

import re
from typing import Any

from chalice.app import DynamoDBEvent, SQSEvent
from support.people import JSON

from infra.local.event_sources.sqs_event import build_sqs_records

QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:OmniQueue"


def api_event(  # noqa: D417 the rest says itself
    method: str,
    resource: str,
    *,
    body: str | None = None,
    sub: str | None = "u-1",
    query: dict[str, list[str]] | None = None,
    headers: dict[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A proxy event; `{name}` of `resource` is filled from `more`, whose rest overrides.

    Args:
        resource: the route, such as `/api/v1/records/{user_id}`.
    """
    names = re.findall(r"{(\w+)}", resource)
    parameters = {name: more.pop(name) for name in names}
    claims = {"sub": sub, "token_use": "id", "email": "a@b.c"}
    return {
        "resource": resource,
        "httpMethod": method,
        "headers": {"content-type": JSON, **(headers or {})},
        "multiValueQueryStringParameters": query,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "body": body,
        "isBase64Encoded": False,
        "requestContext": {
            "requestId": "r-1",
            "resourcePath": resource,
            "httpMethod": method,
            "authorizer": {"claims": claims} if sub else None,
            "identity": {"sourceIp": "127.0.0.1"},
        },
        **more,
    }


def sqs_event(*records: dict[str, Any]) -> SQSEvent:
    """The event that invokes a consumer of a queue."""
    return SQSEvent({"Records": list(records)}, None)


def sqs_record(body: str, message_id: str = "m-1", **attributes: str) -> dict[str, Any]:
    """One delivery, as Lambda hands it over."""
    return {
        "messageId": message_id,
        "receiptHandle": f"r-{message_id}",
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1523232000000"}
        | attributes,
        "eventSource": "aws:sqs",
        "eventSourceARN": QUEUE_ARN,
    }


def delivered_record(message: dict[str, Any]) -> dict[str, Any]:
    """A message of `receive_message`, as Lambda hands it over."""
    (record,) = build_sqs_records([message], QUEUE_ARN, "us-east-1")
    return record


def stream_event(*records: dict[str, Any]) -> DynamoDBEvent:
    """The event that invokes a consumer of a table's stream."""
    return DynamoDBEvent({"Records": list(records)}, None)


def stream_record(order_id: str, number: int = 1, kind: str = "INSERT") -> dict[str, Any]:
    """One change, as Lambda hands it over."""
    return {
        "eventID": f"e-{number}",
        "eventName": kind,
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "Keys": {"orderID": {"S": order_id}},
            "SequenceNumber": str(number),
            "StreamViewType": "NEW_IMAGE",
        },
    }


def failures(answer: dict[str, Any]) -> list[str]:
    """What a handler reported."""
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


class Context:
    """Lambda's context of an invocation."""

    aws_request_id = "lambda-1"
    function_name = "omnidata"
    memory_limit_in_mb = 256
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:omnidata"

    def get_remaining_time_in_millis(self) -> int:
        """All of it."""
        return 30_000
