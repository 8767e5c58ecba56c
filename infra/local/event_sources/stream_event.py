"""The event records that Lambda creates from the records of a DynamoDB stream."""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Record = dict[str, Any]


def build_stream_records(records: Sequence[Mapping[str, Any]], stream_arn: str) -> list[Record]:
    """Convert records of `get_records` to event records."""
    return [{**_to_json_value(record), "eventSourceARN": stream_arn} for record in records]


def get_sequence_number(record: Mapping[str, Any]) -> str:
    """The position of the record in its shard."""
    return str(record["dynamodb"]["SequenceNumber"])


def get_arrival_epoch_s(record: Mapping[str, Any]) -> float:
    """The time of the change in epoch seconds, rounded by DynamoDB to the second."""
    return float(record["dynamodb"].get("ApproximateCreationDateTime", 0))


def _to_json_value(value: Any) -> Any:
    """Convert botocore's values to JSON: times to epoch seconds, binary to base64."""
    if isinstance(value, Mapping):
        return {name: _to_json_value(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_to_json_value(item) for item in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.astimezone(UTC).timestamp()
    return value
