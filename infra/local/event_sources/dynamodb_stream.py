"""DynamoDB streams: one reader per shard; a child shard is read after its parent is handled."""

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chalice.app import DynamoDBEventConfig

from chalicelib import times
from chalicelib.aws import Timeouts
from chalicelib.aws.failures import AWS_ERRORS, reason, translate_errors
from chalicelib.aws.queue import Queue
from chalicelib.observability import logger
from infra.local.event_sources import stream_delivery
from infra.local.event_sources.catch_up import CatchUpRunner
from infra.local.event_sources.checkpoints import Checkpoints
from infra.local.event_sources.runner import repeat
from infra.local.event_sources.shard_reader import ShardReader
from infra.local.event_sources.source import (
    Handler,
    SourceDependencies,
    SourcePoller,
    StreamSettings,
)
from infra.local.event_sources.stream_delivery import Delivery

POLL_S = 5.0  # between checks for new shards, and between heartbeats
# One attempt: a retry could hide a restart of the emulator.
CALL = Timeouts(connect_s=1, read_s=5, attempts=1)

_log = logger(__name__)


def build_pollers(
    config: DynamoDBEventConfig, handler: Handler, dependencies: SourceDependencies
) -> list[SourcePoller]:
    """One poller for the mapping, which manages the readers of its shards."""
    mapping = StreamMapping(config, handler, dependencies)
    return [SourcePoller(config.name, mapping.poll, mapping.finish)]


class StreamMapping:
    """An event source mapping: one stream and the function that it invokes.

    A shard without a checkpoint is read from its beginning (TRIM_HORIZON). A mapping that starts
    at LATEST does the same here, since a stream begins with its emulator.
    """

    def __init__(
        self, config: DynamoDBEventConfig, handler: Handler, dependencies: SourceDependencies
    ) -> None:
        self._config = config
        self._dependencies = dependencies
        self._client = dependencies.aws.client("dynamodbstreams", CALL)
        self._checkpoints = Checkpoints(
            _build_checkpoint_path(config, dependencies.checkpoints_dir), config.stream_arn
        )
        self._settings = dependencies.stream_settings.get(config.name, StreamSettings())
        self._delivery_settings = _build_delivery_settings(
            config, handler, dependencies, self._settings
        )
        self._readers: dict[str, tuple[ShardReader, threading.Thread]] = {}
        self._catch_up = CatchUpRunner(config.name, dependencies.catch_ups.get(config.name))

    def poll(self, stop: threading.Event) -> None:
        """Start readers of new shards, and record how far they are behind.

        Raises Unavailable if the stream does not respond.
        """
        for shard_id in self._list_ready_shards():
            self._start_reader(shard_id, stop)
        self._record_heartbeat()
        stop.wait(POLL_S)

    def finish(self) -> None:
        """Wait until the readers have handled the remaining records."""
        for _, thread in self._readers.values():
            thread.join()

    def _list_ready_shards(self) -> Iterator[str]:
        """Shards that can be read and have no reader yet."""
        shards = {shard["ShardId"]: shard.get("ParentShardId") for shard in self._list_shards()}
        self._checkpoints.delete_others(shards)
        for shard_id, parent in shards.items():
            is_waiting = parent in shards and not self._checkpoints.is_finished(str(parent))
            is_done = self._checkpoints.is_finished(shard_id)
            if not (is_waiting or is_done or shard_id in self._readers):
                yield shard_id

    def _list_shards(self) -> Iterator[dict[str, Any]]:
        request = {"StreamArn": self._config.stream_arn}
        while True:
            with translate_errors("the stream"):
                found = self._client.describe_stream(**request)["StreamDescription"]
            yield from found["Shards"]
            if not found.get("LastEvaluatedShardId"):
                return
            request["ExclusiveStartShardId"] = found["LastEvaluatedShardId"]

    def _start_reader(self, shard_id: str, stop: threading.Event) -> None:
        reader = ShardReader(
            self._client,
            self._config.stream_arn,
            shard_id,
            batch_size=self._config.batch_size,
            window_s=self._config.maximum_batching_window_in_seconds,
            event_names=self._settings.event_names,
            checkpoints=self._checkpoints,
            delivery=Delivery(
                self._delivery_settings,
                shard_id,
                lambda number: self._checkpoints.advance(shard_id, number),
            ),
            catch_up=self._catch_up,
        )
        poller = SourcePoller(self._config.name, reader.poll, lambda: reader.drain(stop))
        thread = threading.Thread(target=repeat, args=(poller, stop), name=shard_id, daemon=True)
        self._readers[shard_id] = (reader, thread)
        thread.start()

    def _record_heartbeat(self) -> None:
        """Record for operators how far the slowest reader is behind."""
        if self._dependencies.state is None:
            return
        now = times.now()
        lags_ms = [reader.compute_lag_ms(now.timestamp()) for reader, _ in self._readers.values()]
        fields = {"at": times.text(now), "lag_ms": max(lags_ms, default=0)}
        try:
            self._dependencies.state.beat(f"stream:{self._config.name}", fields)
        except AWS_ERRORS as error:
            _log.warning("a heartbeat was lost", extra={"cause": reason(error)})


def _build_delivery_settings(
    config: DynamoDBEventConfig,
    handler: Handler,
    dependencies: SourceDependencies,
    settings: StreamSettings,
) -> stream_delivery.DeliverySettings:
    failures = None
    if settings.failures_url is not None:
        failures = Queue(dependencies.aws.client("sqs"), settings.failures_url)
    return stream_delivery.DeliverySettings(
        function=config.name,
        stream_arn=config.stream_arn,
        handler=handler,
        reports_failures=dependencies.reports_failures,
        retries=settings.retries,
        failures=failures,
    )


def _build_checkpoint_path(config: DynamoDBEventConfig, folder: Path | None) -> Path | None:
    """A file for each mapping and stream, so that no mapping reads another's."""
    if folder is None:
        return None
    stream = hashlib.sha256(config.stream_arn.encode()).hexdigest()[:12]
    return folder / f"{config.name}-{stream}.json"
