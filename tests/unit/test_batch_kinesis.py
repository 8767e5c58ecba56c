"""Batches of a data stream: what failed is named, or the invocation fails."""

import base64
from datetime import UTC, datetime

import pytest
from chalice.app import KinesisEvent

from chalicelib import batch
from chalicelib.aws.stream import StreamRecord
from chalicelib.errors import BatchFailed, Unavailable


def event(*numbers):
    return KinesisEvent({"Records": [record(number) for number in numbers]}, None)


def record(number, key="m-1#email", data=b"\x00\xff"):
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": key,
            "sequenceNumber": number,
            "data": base64.b64encode(data).decode(),
            "approximateArrivalTimestamp": 1545084650.987,
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"shardId-000000000006:{number}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": "arn:aws:iam::123456789012:role/lambda-role",
        "awsRegion": "us-east-1",
        "eventSourceARN": "arn:aws:kinesis:us-east-1:123456789012:stream/messages",
    }


def fails(*numbers):
    return lambda records: numbers


def failures(response):
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]]


def test_records_come_with_their_bytes_and_an_aware_time():
    seen = []
    response = batch.kinesis(
        event("1", "2"), lambda records: seen.extend(records) or [], reports_failures=True
    )
    assert response == {"batchItemFailures": []}
    assert seen == [
        StreamRecord(
            sequence_number=number,
            partition_key="m-1#email",
            data=b"\x00\xff",
            arrived_at=datetime(2018, 12, 17, 22, 10, 50, 987000, tzinfo=UTC),
            shard_id="shardId-000000000006",
        )
        for number in ("1", "2")
    ]


def test_with_the_flag_failures_are_reported_from_the_first_on():
    found = batch.kinesis(event("8", "9", "10", "11"), fails("11", "9", "9"), reports_failures=True)
    assert failures(found) == ["9", "11"]


def test_without_the_flag_a_failure_fails_the_invocation():
    with pytest.raises(BatchFailed, match="1 records"):
        batch.kinesis(event("1", "2"), fails("2"), reports_failures=False)
    assert batch.kinesis(event("1"), fails(), reports_failures=False) == {"batchItemFailures": []}


@pytest.mark.parametrize("reports_failures", [True, False])
def test_work_that_raises_fails_the_invocation(reports_failures):
    def work(records):
        raise Unavailable("down")

    with pytest.raises(Unavailable):
        batch.kinesis(event("1"), work, reports_failures=reports_failures)
