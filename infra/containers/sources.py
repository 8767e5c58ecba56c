"""The event sources of the containers: queues by whoever is free, a stream by who has its lease."""

from typing import Any

from chalice.app import (
    Chalice,
    DynamoDBEventConfig,
    KinesisEventConfig,
    ScheduledEventConfig,
    SQSEventConfig,
)

from chalicelib.aws import API
from chalicelib.aws.table import Table
from infra.containers.lease import Lease
from infra.containers.leased_mapping import LeasedMapping
from infra.containers.shared_shard import SharedStream
from infra.local.event_sources import dynamodb_stream, kinesis_stream, schedule, sqs
from infra.local.event_sources.checkpoints import Checkpoints
from infra.local.event_sources.registry import Builders, build_all_pollers
from infra.local.event_sources.shard import EventStream
from infra.local.event_sources.source import Handler, SourceDependencies, SourcePoller
from infra.local.event_sources.stream_mapping import StreamConfig, StreamMapping


def build_pollers(
    app: Chalice, dependencies: SourceDependencies, state_table: str
) -> list[SourcePoller]:
    """The pollers of all event sources of the app."""
    table = Table(dependencies.aws.client("dynamodb", API), state_table)

    def build_table_stream(
        config: DynamoDBEventConfig, handler: Handler, dependencies: SourceDependencies
    ) -> list[SourcePoller]:
        client = dependencies.aws.client("dynamodbstreams", dynamodb_stream.CALL)
        stream = dynamodb_stream.DynamoDbStream(client, config.stream_arn, keeps_records=True)
        return [_lease(config, handler, dependencies, stream, table)]

    def build_data_stream(
        config: KinesisEventConfig, handler: Handler, dependencies: SourceDependencies
    ) -> list[SourcePoller]:
        client = dependencies.aws.client("kinesis", kinesis_stream.CALL)
        arn = kinesis_stream.build_arn(config, dependencies)
        stream = SharedStream(kinesis_stream.KinesisStream(client, arn))
        return [_lease(config, handler, dependencies, stream, table)]

    sources: Builders = {
        DynamoDBEventConfig: build_table_stream,
        KinesisEventConfig: build_data_stream,
        ScheduledEventConfig: schedule.build_pollers,
        SQSEventConfig: sqs.build_pollers,
    }
    return build_all_pollers(app, dependencies, sources)


def _lease(
    config: StreamConfig,
    handler: Handler,
    dependencies: SourceDependencies,
    stream: Any,
    table: Table,
) -> SourcePoller:
    events: EventStream = stream

    def make(checkpoints: Checkpoints) -> StreamMapping:
        return StreamMapping(config, handler, dependencies, events, checkpoints)

    mapping = LeasedMapping(Lease(table, config.name), events.arn, make)
    return SourcePoller(config.name, mapping.poll, mapping.finish)
