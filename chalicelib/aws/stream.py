"""One Kinesis data stream: put records on it, and read those that Lambda hands over."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

import msgspec

from chalicelib import observability
from chalicelib.aws.calls import split_calls
from chalicelib.aws.failures import reason, translate_errors
from chalicelib.errors import TooLarge, Unavailable

# What Kinesis takes at most: records and bytes of one call, and bytes of one record. Partition
# keys count. AWS has raised the bytes since; the emulator has not.
MAX_RECORDS = 500
MAX_CALL_BYTES = 5 * 1024 * 1024
MAX_RECORD_BYTES = 1024 * 1024
ATTEMPTS = 2  # of one record

_log = observability.logger(__name__)


class StreamRecord(msgspec.Struct, frozen=True):
    """One record as Lambda hands it over. Records with one partition key arrive in order."""

    sequence_number: str
    partition_key: str
    data: bytes
    arrived_at: datetime
    shard_id: str


def read_stream_record(record: Mapping[str, Any]) -> StreamRecord:
    """A record of a Lambda event; Chalice's own class uses a deprecated function for the time."""
    kinesis = record["kinesis"]
    return StreamRecord(
        sequence_number=kinesis["sequenceNumber"],
        partition_key=kinesis["partitionKey"],
        data=base64.b64decode(kinesis["data"]),
        arrived_at=datetime.fromtimestamp(kinesis["approximateArrivalTimestamp"], UTC),
        shard_id=record["eventID"].partition(":")[0],
    )


class Entry(NamedTuple):
    """What is put on a stream; entries with one partition key go to one shard."""

    partition_key: str
    data: bytes

    @property
    def size_bytes(self) -> int:
        """What Kinesis counts."""
        return len(self.data) + len(self.partition_key.encode())


@dataclass(frozen=True, slots=True)
class Stream:
    """A stream by name; `client` is a low-level Kinesis client."""

    client: Any
    name: str

    def put_all(self, entries: Sequence[Entry]) -> list[int]:
        """Put the entries, and those that were refused once again.

        Returns the positions of what Kinesis did not accept; with the stream down that is all that
        was not put yet. After a lost response an entry may be there and be named here, and an
        entry that was put again comes after those that followed it.

        Raises TooLarge before anything is put, when an entry is larger than MAX_RECORD_BYTES.
        """
        if any(entry.size_bytes > MAX_RECORD_BYTES for entry in entries):
            raise TooLarge("a record exceeds 1 MB")
        left = list(range(len(entries)))
        for _ in range(ATTEMPTS):
            left = self._put(entries, left)
        return left

    def _put(self, entries: Sequence[Entry], positions: Sequence[int]) -> list[int]:
        """Put the entries at these positions; returns those that were refused."""
        refused: list[int] = []
        batches = split_calls(
            positions,
            lambda position: entries[position].size_bytes,
            max_entries=MAX_RECORDS,
            max_bytes=MAX_CALL_BYTES,
        )
        for batch in batches:
            try:
                refused += self._put_batch(entries, batch)
            except Unavailable as error:
                left = [*refused, *(p for p in positions if p >= batch[0])]
                _log.warning(
                    "records were not put", extra={"records": len(left), "cause": reason(error)}
                )
                return left
        return refused

    def _put_batch(self, entries: Sequence[Entry], batch: Sequence[int]) -> list[int]:
        records = [
            {"Data": entries[position].data, "PartitionKey": entries[position].partition_key}
            for position in batch
        ]
        with translate_errors("the stream"):
            response = self.client.put_records(StreamName=self.name, Records=records)
        return [
            position
            for position, result in zip(batch, response["Records"], strict=True)
            if result.get("ErrorCode")
        ]
