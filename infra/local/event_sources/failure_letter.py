"""What Lambda writes to a mapping's failure destination: where the records are, not the records."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from infra.local.event_sources.context import LambdaContext
from infra.local.event_sources.stream_event import Record, arrived_at, sequence_number


class Failure(NamedTuple):
    """The last of `invocations` attempts at a batch; `raised` unlike reported as failed."""

    context: LambdaContext
    invocations: int
    raised: bool


def letter(
    records: Sequence[Record], shard_id: str, stream_arn: str, failure: Failure
) -> dict[str, Any]:
    """The invocation record of a batch of a DynamoDB stream whose retries are used up."""
    response = {"statusCode": 200, "executedVersion": failure.context.function_version}
    if failure.raised:
        response["functionError"] = "Unhandled"
    return {
        "requestContext": {
            "requestId": failure.context.aws_request_id,
            "functionArn": failure.context.invoked_function_arn,
            "condition": "RetryAttemptsExhausted",
            "approximateInvokeCount": failure.invocations,
        },
        "responseContext": response,
        "version": "1.0",
        "timestamp": _text(datetime.now(UTC).timestamp(), "milliseconds"),
        "DDBStreamBatchInfo": {
            "shardId": shard_id,
            "startSequenceNumber": sequence_number(records[0]),
            "endSequenceNumber": sequence_number(records[-1]),
            "approximateArrivalOfFirstRecord": _text(arrived_at(records[0]), "seconds"),
            "approximateArrivalOfLastRecord": _text(arrived_at(records[-1]), "seconds"),
            "batchSize": len(records),
            "streamArn": stream_arn,
        },
    }


def _text(epoch_s: float, precision: str) -> str:
    moment = datetime.fromtimestamp(epoch_s, UTC)
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")
