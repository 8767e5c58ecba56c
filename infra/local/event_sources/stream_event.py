"""Event records of streams, and what both kinds have in common.

A record of a table's stream has its facts under `dynamodb`, one of a data stream under `kinesis`.
"""

import json
from collections.abc import Mapping
from typing import Any

Record = dict[str, Any]


def get_sequence_number(record: Mapping[str, Any]) -> str:
    """The position of the record in its shard."""
    if "kinesis" in record:
        return str(record["kinesis"]["sequenceNumber"])
    return str(record["dynamodb"]["SequenceNumber"])


def get_arrival_epoch_s(record: Mapping[str, Any]) -> float:
    """The time of arrival in epoch seconds, 0 if unknown; DynamoDB rounds it to the second."""
    if "kinesis" in record:
        return float(record["kinesis"]["approximateArrivalTimestamp"])
    return float(record["dynamodb"].get("ApproximateCreationDateTime", 0))


def get_partition_key(record: Mapping[str, Any]) -> str:
    """What records share that have to be handled in order: the partition key or the item's key."""
    if "kinesis" in record:
        return str(record["kinesis"]["partitionKey"])
    return json.dumps(record["dynamodb"].get("Keys"), sort_keys=True)


def get_batch_info_name(record: Mapping[str, Any]) -> str:
    """Where an invocation record has the position of a batch of such records."""
    return "KinesisBatchInfo" if "kinesis" in record else "DDBStreamBatchInfo"
