"""The records that Lambda makes of what a DynamoDB stream holds."""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

Record = dict[str, Any]


def stream_records(found: Sequence[Mapping[str, Any]], stream_arn: str) -> list[Record]:
    """Records of `get_records` as the records of an event."""
    return [{**_plain(record), "eventSourceARN": stream_arn} for record in found]


def sequence_number(record: Mapping[str, Any]) -> str:
    """Where the record stands in its shard."""
    return str(record["dynamodb"]["SequenceNumber"])


def arrived_at(record: Mapping[str, Any]) -> float:
    """When the change was made, in epoch seconds; DynamoDB tells it to the second."""
    return float(record["dynamodb"].get("ApproximateCreationDateTime", 0))


def _plain(value: Any) -> Any:
    """Botocore's values as JSON has them: times as epoch seconds, binary as base64."""
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return value.astimezone(UTC).timestamp()
    return value
