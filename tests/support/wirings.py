"""The app on another wiring: the one way in which tests give it a cloud or settings."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from support.clouds import REGION, RESOURCES
from support.local_system import LocalSystem, aws_of

from chalicelib.settings import api_settings
from chalicelib.wiring import Wiring
from infra.declared.stages import LOCAL_ACCOUNT
from infra.declared.variables import predict_outputs, stage_variables

QUEUES = (
    "search_queue_url",
    "orders_queue_url",
    "logs_queue_url",
    "jobs_queue_url",
    "webhooks_queue_url",
    "mail_events_queue_url",
    "watched",
)


def wiring_on(cloud: Any, **settings: Any) -> Wiring:
    """The wiring of the tests' stage on `cloud`, with some of its settings changed.

    What would run in the background does not: it could outlive the test's cloud. So activity
    and failed requests are written at once.
    """
    return Wiring(
        msgspec.structs.replace(api_settings(), **settings),
        aws=cloud,
        in_background=lambda work, at_exit: None,
        write_every_s=0,
    )


def tick_wiring_of(system: LocalSystem) -> Wiring:
    """The tick's parts on a running system."""
    names = system.outputs
    publisher = msgspec.structs.replace(
        api_settings().publisher,
        messages_table=names["MessagesTable"],
        messages_stream=names["MessagesStream"],
    )
    cloud = aws_of(system.config)
    return wiring_on(cloud, publisher=publisher, state_table=names["StateTable"])


def queues_at(endpoint_url: str) -> dict[str, Any]:
    """The settings that name queues, by their addresses on an emulator."""
    outputs = predict_outputs(
        RESOURCES, account=LOCAL_ACCOUNT, region=REGION, queues_at=endpoint_url
    )
    variables = stage_variables(RESOURCES, outputs, user_pool_arn="unused")
    settings = api_settings({**os.environ, **variables})
    return {name: getattr(settings, name) for name in QUEUES}


@contextmanager
def running_on(wiring: Wiring) -> Iterator[Wiring]:
    """Let the functions of `app.py` run on `wiring`: they ask its one object for everything."""
    import app

    usual, app.wiring = app.wiring, wiring
    try:
        yield wiring
    finally:
        app.wiring = usual
