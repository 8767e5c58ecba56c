"""The event records that Lambda creates from the records of a Kinesis data stream."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.event_sources.stream_event import Record


def build_kinesis_records(
    records: Sequence[Mapping[str, Any]], shard_id: str, stream_arn: str
) -> list[Record]:
    """Convert records of `get_records` to event records."""
    return [_build_record(record, shard_id, stream_arn) for record in records]


def _build_record(record: Mapping[str, Any], shard_id: str, stream_arn: str) -> Record:
    region, account = stream_arn.split(":")[3:5]
    return {
        "kinesis": {
            "kinesisSchemaVersion": "1.0",
            "partitionKey": record["PartitionKey"],
            "sequenceNumber": record["SequenceNumber"],
            "data": base64.b64encode(record["Data"]).decode(),
            "approximateArrivalTimestamp": record["ApproximateArrivalTimestamp"].timestamp(),
        },
        "eventSource": "aws:kinesis",
        "eventVersion": "1.0",
        "eventID": f"{shard_id}:{record['SequenceNumber']}",
        "eventName": "aws:kinesis:record",
        "invokeIdentityArn": f"arn:aws:iam::{account}:role/local",
        "awsRegion": region,
        "eventSourceARN": stream_arn,
    }
