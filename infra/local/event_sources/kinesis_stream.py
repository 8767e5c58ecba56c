"""Kinesis data streams: their shards, and how those are read."""

import threading
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from botocore.exceptions import ClientError
from chalice.app import KinesisEventConfig

from chalicelib.aws import Timeouts
from chalicelib.aws.failures import error_code, translate_errors
from infra.local.event_sources.kinesis_event import build_kinesis_records
from infra.local.event_sources.shard import ListedShard, RecordPage, RecordsLost
from infra.local.event_sources.source import Handler, SourceDependencies, SourcePoller
from infra.local.event_sources.stream_event import get_sequence_number
from infra.local.event_sources.stream_mapping import StreamMapping

CALL = Timeouts(connect_s=1, read_s=5, attempts=2)
CONNECTIONS = 20
SHARED_S = 0.2  # how old a page without records may be for another lane at the same position
LOST = frozenset({"ExpiredIteratorException", "InvalidArgumentException"})


def build_pollers(
    config: KinesisEventConfig, handler: Handler, dependencies: SourceDependencies
) -> list[SourcePoller]:
    """One poller for the mapping, which manages the readers of its shards."""
    client = dependencies.aws.client("kinesis", CALL, connections=CONNECTIONS)
    stream = KinesisStream(client, build_arn(config, dependencies))
    mapping = StreamMapping(config, handler, dependencies, stream)
    return [SourcePoller(config.name, mapping.poll, mapping.finish)]


def build_arn(config: KinesisEventConfig, dependencies: SourceDependencies) -> str:
    """The ARN of the stream that a handler's decorator names."""
    place = f"{dependencies.region}:{dependencies.account}"
    return f"arn:aws:kinesis:{place}:stream/{config.stream}"


class KinesisStream:
    """A data stream, by ARN."""

    keeps_records = True

    def __init__(self, client: Any, arn: str) -> None:
        self._client = client
        self._name = arn.rpartition("/")[2]
        self.arn = arn

    def list_shards(self) -> Iterator[ListedShard]:
        """Every shard, closed ones included."""
        request = {"StreamName": self._name}
        while True:
            with translate_errors("the stream"):
                found = self._client.list_shards(**request)
            for shard in found["Shards"]:
                parents = (shard.get("ParentShardId"), shard.get("AdjacentParentShardId"))
                yield ListedShard(shard["ShardId"], tuple(filter(None, parents)))
            if not found.get("NextToken"):
                return
            request = {"NextToken": found["NextToken"]}

    def open_shard(self, shard_id: str) -> "KinesisShard":
        """A shard to read from."""
        return KinesisShard(self._client, self._name, shard_id, self.arn)


class _Idle(NamedTuple):
    """The shard had nothing after this position at that time."""

    after: str | None
    monotonic_s: float


class KinesisShard:
    """One shard, which the readers of its lanes share.

    Each read takes a new iterator: the emulator's are indexes into a list, which skip records once
    it is trimmed. While the shard is idle its lanes share one call.
    """

    def __init__(self, client: Any, stream_name: str, shard_id: str, stream_arn: str) -> None:
        self._client = client
        self._stream_name = stream_name
        self._shard_id = shard_id
        self._stream_arn = stream_arn
        self._lock = threading.Lock()
        self._idle: _Idle | None = None

    def read(self, after: str | None, limit: int) -> RecordPage:
        """As `Shard.read`."""
        with self._lock:
            idle = self._idle
            if idle and idle.after == after and time.monotonic() - idle.monotonic_s < SHARED_S:
                return RecordPage([], None, is_closed=False)
            response = self._get_records(after, limit)
            is_closed = response.get("NextShardIterator") is None
            if not (response["Records"] or is_closed):
                self._idle = _Idle(after, time.monotonic())
        records = build_kinesis_records(response["Records"], self._shard_id, self._stream_arn)
        last = get_sequence_number(records[-1]) if records else None
        return RecordPage(records, last, is_closed)

    def _get_records(self, after: str | None, limit: int) -> dict[str, Any]:
        start = {"ShardIteratorType": "TRIM_HORIZON"}
        if after is not None:
            start = {"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "StartingSequenceNumber": after}
        try:
            with translate_errors("the stream"):
                iterator = self._client.get_shard_iterator(
                    StreamName=self._stream_name, ShardId=self._shard_id, **start
                )["ShardIterator"]
                response: dict[str, Any] = self._client.get_records(
                    ShardIterator=iterator, Limit=limit
                )
        except ClientError as error:
            if error_code(error) in LOST:
                raise RecordsLost from error
            raise
        return response
