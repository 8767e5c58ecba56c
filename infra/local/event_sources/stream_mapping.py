"""Event source mappings of streams: readers of all shards, children after their parents."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from chalice.app import DynamoDBEventConfig, KinesisEventConfig

from chalicelib import times
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.queue import Queue
from chalicelib.observability import logger
from infra.local.event_sources.catch_up import CatchUpRunner
from infra.local.event_sources.checkpoints import Checkpoints
from infra.local.event_sources.lanes import Lane, list_lanes
from infra.local.event_sources.runner import repeat
from infra.local.event_sources.shard import EventStream, Shard
from infra.local.event_sources.shard_reader import ShardReader
from infra.local.event_sources.source import (
    Handler,
    SourceDependencies,
    SourcePoller,
    StreamSettings,
)
from infra.local.event_sources.stream_delivery import Delivery, DeliverySettings

POLL_S = 5.0  # between checks for new shards, and between heartbeats

StreamConfig = DynamoDBEventConfig | KinesisEventConfig

_log = logger(__name__)


class StreamMapping:
    """An event source mapping: one stream and the function that it invokes.

    A shard without a checkpoint is read from its beginning (TRIM_HORIZON). A mapping that starts
    at LATEST does the same here, since a stream begins with its emulator.
    """

    def __init__(
        self,
        config: StreamConfig,
        handler: Handler,
        dependencies: SourceDependencies,
        stream: EventStream,
        checkpoints: Checkpoints | None = None,
    ) -> None:
        self._config = config
        self._dependencies = dependencies
        self._stream = stream
        self._checkpoints = checkpoints or Checkpoints(
            _build_checkpoint_path(config.name, stream.arn, dependencies.checkpoints_dir),
            stream.arn,
        )
        self._settings = dependencies.stream_settings.get(config.name, StreamSettings())
        self._handler = handler
        self._readers: dict[str, tuple[ShardReader, threading.Thread]] = {}
        self._catch_up = CatchUpRunner(config.name, dependencies.catch_ups.get(config.name))

    def poll(self, stop: threading.Event) -> None:
        """Start readers of new shards, and record how far they are behind.

        Raises Unavailable if the stream does not respond.
        """
        for shard_id in self._list_ready_shards():
            self._start_readers(shard_id, stop)
        self._record_heartbeat()
        stop.wait(POLL_S)

    def finish(self) -> None:
        """Wait until the readers have handled what they have to."""
        for _, thread in self._readers.values():
            thread.join()

    def _list_ready_shards(self) -> Iterator[str]:
        """Shards that can be read and are not read yet."""
        shards = {shard.shard_id: shard.parents for shard in self._stream.list_shards()}
        self._checkpoints.delete_others(
            {lane.name for shard_id in shards for lane in self._list_lanes(shard_id)}
        )
        for shard_id, parents in shards.items():
            is_waiting = any(
                parent in shards and not self._is_finished(parent) for parent in parents
            )
            is_read = any(lane.name in self._readers for lane in self._list_lanes(shard_id))
            if not (is_waiting or is_read or self._is_finished(shard_id)):
                yield shard_id

    def _list_lanes(self, shard_id: str) -> list[Lane]:
        return list_lanes(shard_id, self._settings.parallelization)

    def _is_finished(self, shard_id: str) -> bool:
        return all(self._checkpoints.is_finished(lane.name) for lane in self._list_lanes(shard_id))

    def _start_readers(self, shard_id: str, stop: threading.Event) -> None:
        """Start a reader for each lane that is not finished."""
        shard = self._stream.open_shard(shard_id)
        for lane in self._list_lanes(shard_id):
            if self._checkpoints.is_finished(lane.name):
                continue
            reader = self._build_reader(shard, lane)
            poller = SourcePoller(self._config.name, reader.poll)
            if not self._stream.keeps_records:
                poller = replace(poller, finish=partial(reader.drain, stop))
            thread = threading.Thread(
                target=repeat, args=(poller, stop), name=lane.name, daemon=True
            )
            self._readers[lane.name] = (reader, thread)
            thread.start()

    def _build_reader(self, shard: Shard, lane: Lane) -> ShardReader:
        return ShardReader(
            shard,
            lane.name,
            batch_size=self._config.batch_size,
            window_s=self._config.maximum_batching_window_in_seconds,
            lanes=lane.lanes,
            is_wanted=lane.build_filter(self._settings.event_names),
            checkpoints=self._checkpoints,
            delivery=Delivery(
                self._build_delivery_settings(),
                lane.shard_id,
                lambda number: self._checkpoints.advance(lane.name, number),
            ),
            catch_up=self._catch_up,
        )

    def _build_delivery_settings(self) -> DeliverySettings:
        url = self._settings.failures_url
        failures = None if url is None else Queue(self._dependencies.aws.client("sqs"), url)
        return DeliverySettings(
            function=self._config.name,
            stream_arn=self._stream.arn,
            handler=self._handler,
            reports_failures=self._dependencies.reports_failures,
            retries=self._settings.retries,
            record_age_s=self._settings.record_age_s,
            failures=failures,
        )

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


def _build_checkpoint_path(function: str, stream_arn: str, folder: Path | None) -> Path | None:
    """A file for each mapping and stream, so that no mapping reads another's."""
    if folder is None:
        return None
    stream = hashlib.sha256(stream_arn.encode()).hexdigest()[:12]
    return folder / f"{function}-{stream}.json"
