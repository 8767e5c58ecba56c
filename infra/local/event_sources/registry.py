"""The poller of each kind of event source; add a new kind to SOURCES."""

from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import (
    BaseEventSourceConfig,
    Chalice,
    DynamoDBEventConfig,
    KinesisEventConfig,
    ScheduledEventConfig,
    SQSEventConfig,
)

from infra.local.event_sources import dynamodb_stream, kinesis_stream, schedule, sqs
from infra.local.event_sources.source import (
    Handler,
    SourceDependencies,
    SourcePoller,
    UnknownEventSource,
)

Builders = Mapping[
    type[BaseEventSourceConfig], Callable[[Any, Handler, SourceDependencies], list[SourcePoller]]
]
SOURCES: Builders = {
    DynamoDBEventConfig: dynamodb_stream.build_pollers,
    KinesisEventConfig: kinesis_stream.build_pollers,
    ScheduledEventConfig: schedule.build_pollers,
    SQSEventConfig: sqs.build_pollers,
}


def build_all_pollers(
    app: Chalice, dependencies: SourceDependencies, sources: Builders = SOURCES
) -> list[SourcePoller]:
    """The pollers of all event sources of the app, with the handlers that Lambda invokes.

    Raises UnknownEventSource rather than leave a source without a poller.
    """
    pollers: list[SourcePoller] = []
    for config in app.event_sources:
        build = sources.get(type(config))
        if build is None:
            kind = type(config).__name__
            raise UnknownEventSource(f"{config.name}: event sources of {kind} are not run here")
        pollers += build(config, app.handler_map[config.name], dependencies)
    return pollers
