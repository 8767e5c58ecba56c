"""The event records that Lambda creates from the records of a Kinesis data stream."""

import base64
from collections.abc import Mapping, Sequence
from typing import Any

from infra.local.config import ACCOUNT, REGION
from infra.local.event_sources.stream_event import Record

ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/local"  # functions have no role here


def build_kinesis_records(
    records: Sequence[Mapping[str, Any]], shard_id: str, stream_arn: str
) -> list[Record]:
    """Convert records of `get_records` to event records."""
    return [_build_record(record, shard_id, stream_arn) for record in records]


def _build_record(record: Mapping[str, Any], shard_id: str, stream_arn: str) -> Record:
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
        "invokeIdentityArn": ROLE_ARN,
        "awsRegion": REGION,
        "eventSourceARN": stream_arn,
    }
