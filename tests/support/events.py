"""The events that API Gateway, SQS and streams hand to the functions, and what these answer."""

import base64
import json
import re
from typing import Any
from urllib.parse import quote

from chalice.app import DynamoDBEvent, SQSEvent

from infra.local.event_sources.sqs_event import build_sqs_records

JSON = "application/json"
QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:OmniQueue"


def api_event(  # noqa: D417 the rest says itself
    method: str,
    resource: str,
    *,
    body: str | None = None,
    sub: str | None = "u-1",
    query: dict[str, list[str]] | None = None,
    headers: dict[str, str] | None = None,
    claims: dict[str, str] | None = None,
    **more: Any,
) -> dict[str, Any]:
    """A proxy event; `{name}` of `resource` is filled from `more`, whose rest overrides.

    Args:
        resource: the route, such as `/api/v1/records/{user_id}`.
        sub: who is signed in; None is nobody.
        claims: more of their token.
    """
    names = re.findall(r"{(\w+)}", resource)
    parameters = {name: more.pop(name) for name in names}
    path = re.sub(r"{(\w+)}", lambda found: quote(parameters[found[1]], safe=""), resource)
    sent = {"content-type": JSON, **(headers or {})}
    token = {"sub": sub, "token_use": "id", "email": "a@b.c", **(claims or {})} if sub else None
    return {
        "resource": resource,
        "path": path,
        "httpMethod": method,
        "headers": sent,
        "multiValueHeaders": {name: [value] for name, value in sent.items()},
        "queryStringParameters": query and {name: values[-1] for name, values in query.items()},
        "multiValueQueryStringParameters": query,
        "pathParameters": parameters or None,
        "stageVariables": None,
        "body": body,
        "isBase64Encoded": False,
        "requestContext": _request_context(method, resource, path, token),
        **more,
    }


def _request_context(
    method: str, resource: str, path: str, claims: dict[str, str] | None
) -> dict[str, Any]:
    return {
        "accountId": "123456789012",
        "apiId": "abcdef1234",
        "authorizer": {"claims": claims} if claims else None,
        "domainName": "abcdef1234.execute-api.us-east-1.amazonaws.com",
        "extendedRequestId": "JKJaXmPLvHcESHA=",
        "httpMethod": method,
        "identity": {"sourceIp": "127.0.0.1", "userAgent": "Mozilla/5.0"},
        "path": f"/api{path}",
        "protocol": "HTTP/1.1",
        "requestId": "r-1",
        "requestTime": "09/Apr/2026:12:34:56 +0000",
        "requestTimeEpoch": 1_775_738_096_000,
        "resourceId": "123456",
        "resourcePath": resource,
        "stage": "api",
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
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": QUEUE_ARN,
        "awsRegion": "us-east-1",
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


def kinesis_record(message_id: str, name: str, number: int = 1) -> dict[str, Any]:
    """A delivery as the data stream's mapping hands it over."""
    data = json.dumps({"v": 1, "id": message_id, "ch": name}).encode()
    return {
        "eventSource": "aws:kinesis",
        "eventID": f"shardId-000000000000:{number}",
        "kinesis": {
            "sequenceNumber": str(number),
            "partitionKey": f"{message_id}#{name}",
            "data": base64.b64encode(data).decode(),
            "approximateArrivalTimestamp": 1_790_000_000.0,
        },
    }


def tick_event() -> dict[str, Any]:
    """An EventBridge rule's event, as it comes every minute."""
    return {
        "version": "0",
        "id": "e-1",
        "account": "123456789012",
        "region": "us-east-1",
        "source": "aws.events",
        "detail-type": "Scheduled Event",
        "time": "2026-11-28T10:00:00Z",
        "resources": [],
        "detail": {},
    }
