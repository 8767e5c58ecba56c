"""The event records that Lambda creates from the records of a DynamoDB stream."""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from infra.local.event_sources.stream_event import Record


def build_stream_records(records: Sequence[Mapping[str, Any]], stream_arn: str) -> list[Record]:
    """Convert records of `get_records` to event records."""
    return [{**_to_json_value(record), "eventSourceARN": stream_arn} for record in records]


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
