"""Which kind of event source is polled by what; a new kind is one more line here."""

from collections.abc import Callable
from typing import Any

from chalice.app import BaseEventSourceConfig, Chalice, DynamoDBEventConfig, SQSEventConfig

from infra.local.event_sources import dynamodb_stream, sqs
from infra.local.event_sources.source import Handler, Step, Surroundings

SOURCES: dict[type[BaseEventSourceConfig], Callable[[Any, Handler, Surroundings], list[Step]]] = {
    DynamoDBEventConfig: dynamodb_stream.steps,
    SQSEventConfig: sqs.steps,
}


class UnknownEventSource(Exception):
    """The app declares an event source of a kind that cannot be run here."""


def all_steps(app: Chalice, around: Surroundings) -> list[Step]:
    """The steps of every event source of the app, with the very handlers that Lambda calls.

    Raises UnknownEventSource: to leave one out would look like a queue that nobody reads.
    """
    found: list[Step] = []
    for config in app.event_sources:
        make = SOURCES.get(type(config))
        if make is None:
            kind = type(config).__name__
            raise UnknownEventSource(f"{config.name}: event sources of {kind} are not run here")
        found += make(config, app.handler_map[config.name], around)
    return found
