"""AWS clients and settings of the event sources, the same that the app's handlers use."""

from collections.abc import Mapping
from typing import Any

from chalicelib.aws import API
from chalicelib.aws.state import State
from chalicelib.aws.table import Table
from chalicelib.wiring import Wiring
from infra.local.event_sources.mapping_settings import build_stream_settings, list_catch_ups
from infra.local.event_sources.source import SourceDependencies


def build_dependencies(
    wiring: Wiring, variables: Mapping[str, str], **more: Any
) -> SourceDependencies:
    """What the sources of the app need; `more` are further fields of it."""
    settings, aws = wiring.settings, wiring.aws
    return SourceDependencies(
        aws=aws,
        endpoint_url=settings.aws.endpoint_url,
        region=settings.aws.region,
        reports_failures=settings.partial_batch_responses,
        stream_settings=build_stream_settings(variables),
        catch_ups=list_catch_ups(wiring),
        state=State(Table(aws.client("dynamodb", API), settings.state_table)),
        **more,
    )
