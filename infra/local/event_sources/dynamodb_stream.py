"""DynamoDB streams: their shards, and how those are read."""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from botocore.exceptions import ClientError
from chalice.app import DynamoDBEventConfig

from chalicelib.aws import Timeouts
from chalicelib.aws.failures import error_code, translate_errors
from infra.local.event_sources.dynamodb_event import build_stream_records
from infra.local.event_sources.shard import ListedShard, RecordPage, RecordsLost
from infra.local.event_sources.source import Handler, SourceDependencies, SourcePoller
from infra.local.event_sources.stream_event import get_sequence_number
from infra.local.event_sources.stream_mapping import StreamMapping

# One attempt: a retry could hide a restart of the emulator.
CALL = Timeouts(connect_s=1, read_s=5, attempts=1)
# The emulator's iterators are record counts that start at 0 when it restarts: an older iterator
# would skip records. A restart takes longer than this.
ITERATOR_GOOD_S = 0.2
LOST = frozenset({"ExpiredIteratorException", "TrimmedDataAccessException"})


def build_pollers(
    config: DynamoDBEventConfig, handler: Handler, dependencies: SourceDependencies
) -> list[SourcePoller]:
    """One poller for the mapping, which manages the readers of its shards."""
    client = dependencies.aws.client("dynamodbstreams", CALL)
    mapping = StreamMapping(
        config, handler, dependencies, DynamoDbStream(client, config.stream_arn)
    )
    return [SourcePoller(config.name, mapping.poll, mapping.finish)]


class DynamoDbStream:
    """A table's stream, by ARN; the emulator loses its records when it stops."""

    def __init__(self, client: Any, arn: str, *, keeps_records: bool = False) -> None:
        self._client = client
        self.arn = arn
        self.keeps_records = keeps_records

    def list_shards(self) -> Iterator[ListedShard]:
        """Every shard."""
        request = {"StreamArn": self.arn}
        while True:
            with translate_errors("the stream"):
                found = self._client.describe_stream(**request)["StreamDescription"]
            for shard in found["Shards"]:
                parent = shard.get("ParentShardId")
                yield ListedShard(shard["ShardId"], (parent,) if parent else ())
            if not found.get("LastEvaluatedShardId"):
                return
            request["ExclusiveStartShardId"] = found["LastEvaluatedShardId"]

    def open_shard(self, shard_id: str) -> "DynamoDbShard":
        """A shard to read from."""
        return DynamoDbShard(self._client, self.arn, shard_id)


class _Iterator(NamedTuple):
    token: str
    after: str | None
    monotonic_s: float


class DynamoDbShard:
    """One shard. Its iterators are used again while they are good and at the wanted position."""

    def __init__(self, client: Any, stream_arn: str, shard_id: str) -> None:
        self._client = client
        self._stream_arn = stream_arn
        self._shard_id = shard_id
        self._next: _Iterator | None = None

    def read(self, after: str | None, limit: int) -> RecordPage:
        """As `Shard.read`."""
        try:
            with translate_errors("the stream"):
                response = self._client.get_records(
                    ShardIterator=self._get_iterator(after), Limit=limit
                )
        except ClientError as error:
            if error_code(error) in LOST:
                raise RecordsLost from error
            raise
        records = build_stream_records(response["Records"], self._stream_arn)
        last = get_sequence_number(records[-1]) if records else None
        token = response.get("NextShardIterator")
        self._next = token and _Iterator(token, last or after, time.monotonic())
        return RecordPage(records, last, is_closed=token is None)

    def _get_iterator(self, after: str | None) -> str:
        found, self._next = self._next, None
        if (
            found is not None
            and found.after == after
            and time.monotonic() - found.monotonic_s < ITERATOR_GOOD_S
        ):
            return found.token
        start = {"ShardIteratorType": "TRIM_HORIZON"}
        if after is not None:
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": after}
        response = self._client.get_shard_iterator(
            StreamArn=self._stream_arn, ShardId=self._shard_id, **start
        )
        return str(response["ShardIterator"])
