"""How the system does, part by part."""

from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from chalicelib.times import Time


class Health(msgspec.Struct, frozen=True):
    """The health of the function, with its stage and version; locally also of all processes."""

    status: str
    stage: str
    version: str
    parts: dict[str, Literal["up", "down"]] | UnsetType = UNSET


class QueueState(msgspec.Struct, frozen=True, kw_only=True):
    """One queue: messages that wait, that are being handled, that are delayed, and dead ones.

    `oldest_age_s` is null where it is not known, as on an emulator without metrics.
    """

    name: str
    waiting: int
    in_flight: int
    delayed: int
    dead_letters: int
    oldest_age_s: float | None


class StreamState(msgspec.Struct, frozen=True, kw_only=True):
    """One stream's reader: how far it is behind, null where not known, and what it gave up."""

    name: str
    lag_ms: float | None
    failures: int


class PipelineHeartbeat(msgspec.Struct, frozen=True, kw_only=True):
    """Who said to be alive in the last day, when last, and with which facts of their own."""

    who: str
    at: Time | None
    facts: dict[str, Any]


class Pipeline(msgspec.Struct, frozen=True, kw_only=True):
    """How every event-driven part does.

    `losses` counts what was lost, `unknown` what may have been lost or not, since the request went
    out and no response came, `counts` what else was counted; by name, since the stage was created.
    """

    queues: list[QueueState]
    streams: list[StreamState]
    heartbeats: list[PipelineHeartbeat]
    losses: dict[str, int]
    unknown: dict[str, int]
    counts: dict[str, int]
