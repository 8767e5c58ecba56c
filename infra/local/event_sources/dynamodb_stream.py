"""DynamoDB streams: every shard has one reader, a child begins when its parent is handled."""

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chalice.app import DynamoDBEventConfig

from chalicelib import times
from chalicelib.aws import Timeouts
from chalicelib.aws.failures import AWS_ERRORS, reason, translated
from chalicelib.aws.queue import Queue
from chalicelib.observability import logger
from infra.local.event_sources import stream_delivery
from infra.local.event_sources.catching_up import CatchingUp
from infra.local.event_sources.checkpoints import Checkpoints
from infra.local.event_sources.runner import repeat
from infra.local.event_sources.shard_reader import ShardReader
from infra.local.event_sources.source import Handler, Step, StreamRules, Surroundings
from infra.local.event_sources.stream_delivery import Delivery

LOOK_S = 5.0  # between looks for new shards, and between heartbeats
# One attempt: what a second one hides may be an emulator that was started again.
CALL = Timeouts(connect_s=1, read_s=5, attempts=1)

_log = logger(__name__)


def steps(config: DynamoDBEventConfig, handler: Handler, around: Surroundings) -> list[Step]:
    """The one step of a mapping, which looks after the readers of its shards."""
    mapping = StreamMapping(config, handler, around)
    return [Step(config.name, mapping.tend, mapping.finish)]


class StreamMapping:
    """An event source mapping: one stream and the function that it feeds.

    Every shard is read from its beginning (TRIM_HORIZON) unless it has a checkpoint. To begin at
    LATEST means the same here, where a stream begins with its emulator.
    """

    def __init__(self, config: DynamoDBEventConfig, handler: Handler, around: Surroundings) -> None:
        self._config = config
        self._around = around
        self._client = around.aws.client("dynamodbstreams", CALL)
        self._checkpoints = Checkpoints(_path(config, around.checkpoints_dir), config.stream_arn)
        self._rules = around.stream_rules.get(config.name, StreamRules())
        self._delivered = _delivered(config, handler, around, self._rules)
        self._readers: dict[str, tuple[ShardReader, threading.Thread]] = {}
        self._catching_up = CatchingUp(config.name, around.catch_ups.get(config.name))

    def tend(self, stop: threading.Event) -> None:
        """Start readers of new shards, and tell how far they are behind.

        Raises Unavailable when the stream does not answer.
        """
        for shard_id in self._ready():
            self._start(shard_id, stop)
        self._beat()
        stop.wait(LOOK_S)

    def finish(self) -> None:
        """Wait until the readers have handled what is there."""
        for _, thread in self._readers.values():
            thread.join()

    def _ready(self) -> Iterator[str]:
        """Shards to be read that have no reader yet."""
        shards = {each["ShardId"]: each.get("ParentShardId") for each in self._shards()}
        self._checkpoints.keep_only(shards)
        for shard_id, parent in shards.items():
            waits = parent in shards and not self._checkpoints.is_finished(str(parent))
            done = self._checkpoints.is_finished(shard_id)
            if not (waits or done or shard_id in self._readers):
                yield shard_id

    def _shards(self) -> Iterator[dict[str, Any]]:
        request = {"StreamArn": self._config.stream_arn}
        while True:
            with translated("the stream"):
                found = self._client.describe_stream(**request)["StreamDescription"]
            yield from found["Shards"]
            if not found.get("LastEvaluatedShardId"):
                return
            request["ExclusiveStartShardId"] = found["LastEvaluatedShardId"]

    def _start(self, shard_id: str, stop: threading.Event) -> None:
        reader = ShardReader(
            self._client,
            self._config.stream_arn,
            shard_id,
            batch_size=self._config.batch_size,
            window_s=self._config.maximum_batching_window_in_seconds,
            event_names=self._rules.event_names,
            checkpoints=self._checkpoints,
            delivery=Delivery(
                self._delivered,
                shard_id,
                lambda number: self._checkpoints.advance(shard_id, number),
            ),
            catching_up=self._catching_up,
        )
        step = Step(self._config.name, reader.poll, lambda: reader.drain(stop))
        thread = threading.Thread(target=repeat, args=(step, stop), name=shard_id, daemon=True)
        self._readers[shard_id] = (reader, thread)
        thread.start()

    def _beat(self) -> None:
        """Tell operators how far the slowest reader is behind."""
        if self._around.state is None:
            return
        now = times.now()
        lags_ms = [reader.lag_ms(now.timestamp()) for reader, _ in self._readers.values()]
        facts = {"at": times.text(now), "lag_ms": max(lags_ms, default=0)}
        try:
            self._around.state.beat(f"stream:{self._config.name}", facts)
        except AWS_ERRORS as error:
            _log.warning("a heartbeat was lost", extra={"cause": reason(error)})


def _delivered(
    config: DynamoDBEventConfig, handler: Handler, around: Surroundings, rules: StreamRules
) -> stream_delivery.Mapping:
    failures = None
    if rules.failures_url is not None:
        failures = Queue(around.aws.client("sqs"), rules.failures_url)
    return stream_delivery.Mapping(
        function=config.name,
        stream_arn=config.stream_arn,
        handler=handler,
        reports_failures=around.reports_failures,
        retries=rules.retries,
        failures=failures,
    )


def _path(config: DynamoDBEventConfig, folder: Path | None) -> Path | None:
    """One file a mapping and stream, so that no mapping reads another's."""
    if folder is None:
        return None
    stream = hashlib.sha256(config.stream_arn.encode()).hexdigest()[:12]
    return folder / f"{config.name}-{stream}.json"
