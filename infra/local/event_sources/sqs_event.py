"""The event that Lambda makes of SQS messages, and how it reads the answer of the function."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any


def sqs_event(messages: Sequence[Mapping[str, Any]], arn: str, region: str) -> dict[str, Any]:
    """Messages of `receive_message` as the records of one invocation."""
    return {"Records": [_record(message, arn, region) for message in messages]}


def failed_ids(answer: Any, ids: frozenset[str]) -> frozenset[str]:
    """Which of the batch's message ids a partial batch response reports.

    An answer of None or {}, and an empty or missing list, mean that all succeeded. An
    identifier that is empty or not of the batch, or an answer of another shape, means that
    none did (Lambda's guide, "Implementing partial batch responses").
    """
    if answer is None:
        return frozenset()
    if not isinstance(answer, Mapping):
        return ids
    failures = answer.get("batchItemFailures") or []
    try:
        reported = frozenset(each["itemIdentifier"] for each in failures)
    except (KeyError, TypeError):
        return ids
    if not reported <= ids:
        return ids
    return reported


def _record(message: Mapping[str, Any], arn: str, region: str) -> dict[str, Any]:
    attributes = message.get("MessageAttributes", {})
    record = {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": dict(message.get("Attributes", {})),
        "messageAttributes": {name: _attribute(value) for name, value in attributes.items()},
        "md5OfBody": message["MD5OfBody"],
        "eventSource": "aws:sqs",
        "eventSourceARN": arn,
        "awsRegion": region,
    }
    if "MD5OfMessageAttributes" in message:
        record["md5OfMessageAttributes"] = message["MD5OfMessageAttributes"]
    return record


def _attribute(value: Mapping[str, Any]) -> dict[str, Any]:
    attribute: dict[str, Any] = {
        "stringListValues": [],
        "binaryListValues": [],
        "dataType": value["DataType"],
    }
    if "StringValue" in value:
        attribute["stringValue"] = value["StringValue"]
    if "BinaryValue" in value:
        attribute["binaryValue"] = base64.b64encode(value["BinaryValue"]).decode()
    return attribute
