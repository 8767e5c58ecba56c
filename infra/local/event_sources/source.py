"""What every kind of event source is given and what it gives back."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.aws import Aws
from chalicelib.aws.state import State

Handler = Callable[[Mapping[str, Any], Any], Any]
# Makes good what it can in its time; returns how many are left for the next time.
CatchUp = Callable[[], int | None]


@dataclass(frozen=True, kw_only=True)
class StreamRules:
    """What a stream's mapping on AWS says beside batch size and window.

    The function gets records of `event_names` only, of all when there are none. A record that
    fails alone is tried `retries` times more; then its position goes to the queue
    `failures_url`, or nowhere when there is none.
    """

    event_names: tuple[str, ...] = ()
    retries: int = 3
    failures_url: str | None = None


@dataclass(frozen=True)
class Surroundings:
    """AWS as the event sources see it, and the settings of their mappings by handler.

    `reports_failures` is the mappings' flag `ReportBatchItemFailures`: without it any answer
    of a handler means that its whole batch succeeded. `checkpoints_dir` keeps how far streams
    were read; None forgets it with the process. `catch_ups` make good, before a stream is read
    on, what its lost records would have caused. `state` takes heartbeats.
    """

    aws: Aws
    endpoint_url: str | None
    region: str
    reports_failures: bool
    stream_rules: Mapping[str, StreamRules] = field(default_factory=dict)
    checkpoints_dir: Path | None = None
    catch_ups: Mapping[str, CatchUp] = field(default_factory=dict)
    state: State | None = None


def _nothing() -> None:
    """What most steps have to finish."""


@dataclass(frozen=True)
class Step:
    """One round of polling and handling, repeated until the stop; it may wait on the stop.

    What `run` raises is logged, and it is repeated after a pause; it returns True when there is
    nothing left to do, for good. `finish` is called after the last round and waits for what the
    rounds began.
    """

    source: str
    run: Callable[[threading.Event], bool | None]
    finish: Callable[[], None] = _nothing
