"""The invocation record that Lambda sends to a mapping's on-failure destination."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from infra.local.event_sources.lambda_context import LambdaContext
from infra.local.event_sources.stream_event import (
    Record,
    get_arrival_epoch_s,
    get_batch_info_name,
    get_sequence_number,
)

RETRIES_EXHAUSTED = "RetryAttemptsExhausted"
TOO_OLD = "RecordAgeExceeded"


class FailedInvocation(NamedTuple):
    """The last of `invocations` attempts; `raised` is False if the response reported failures.

    `condition` is why there was no other attempt.
    """

    context: LambdaContext
    invocations: int
    condition: str
    raised: bool


def build_invocation_record(
    records: Sequence[Record], shard_id: str, stream_arn: str, failure: FailedInvocation
) -> dict[str, Any]:
    """The record for a batch of a stream that was given up.

    It has the position of the records and not their content.
    """
    batch = {**_describe_batch(records), "shardId": shard_id, "streamArn": stream_arn}
    return {
        **_describe_invocations(failure),
        "version": "1.0",
        "timestamp": _format_time(datetime.now(UTC).timestamp(), "milliseconds"),
        get_batch_info_name(records[0]): batch,
    }


def _describe_invocations(failure: FailedInvocation) -> dict[str, Any]:
    response = {"statusCode": 200, "executedVersion": failure.context.function_version}
    if failure.raised:
        response["functionError"] = "Unhandled"
    request = {
        "requestId": failure.context.aws_request_id,
        "functionArn": failure.context.invoked_function_arn,
        "condition": failure.condition,
        "approximateInvokeCount": failure.invocations,
    }
    return {"requestContext": request, "responseContext": response}


def _describe_batch(records: Sequence[Record]) -> dict[str, Any]:
    first, last = records[0], records[-1]
    return {
        "startSequenceNumber": get_sequence_number(first),
        "endSequenceNumber": get_sequence_number(last),
        "approximateArrivalOfFirstRecord": _format_time(get_arrival_epoch_s(first), "seconds"),
        "approximateArrivalOfLastRecord": _format_time(get_arrival_epoch_s(last), "seconds"),
        "batchSize": len(records),
    }


def _format_time(epoch_s: float, precision: str) -> str:
    moment = datetime.fromtimestamp(epoch_s, UTC)
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")
