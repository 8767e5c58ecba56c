"""What every kind of event source receives, and the poller that it returns."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.aws import Aws
from chalicelib.aws.state import State
from infra.declared.stages import LOCAL_ACCOUNT

DAY_S = 24 * 3600

Handler = Callable[[Mapping[str, Any], Any], Any]
# Does as much as fits in one turn; returns how many items are left for the next.
CatchUp = Callable[[], int | None]


@dataclass(frozen=True, kw_only=True)
class StreamSettings:
    """Settings of a stream's mapping, without batch size and window.

    The function receives records with these `event_names`, or all if there are none. A record that
    still fails in a batch of one is retried `retries` times while it is younger than
    `record_age_s`; then its position is sent to the queue `failures_url`, if there is one. One
    shard's records are handled in up to `parallelization` batches at once, those of one partition
    key in order.
    """

    event_names: tuple[str, ...] = ()
    retries: int = 3
    record_age_s: float = DAY_S
    failures_url: str | None = None
    parallelization: int = 1


@dataclass(frozen=True)
class SourceDependencies:
    """AWS clients and the settings of mappings by handler.

    `reports_failures` is the mappings' flag `ReportBatchItemFailures`: without it any response
    means that the whole batch succeeded. `checkpoints_dir` stores the checkpoints of streams; with
    None they are in memory only. `catch_ups` do what lost records would have caused, before a
    stream is read again. `state` stores heartbeats. An idle queue is polled for `long_poll_s`.
    """

    aws: Aws
    endpoint_url: str | None
    region: str
    reports_failures: bool
    stream_settings: Mapping[str, StreamSettings] = field(default_factory=dict)
    checkpoints_dir: Path | None = None
    catch_ups: Mapping[str, CatchUp] = field(default_factory=dict)
    state: State | None = None
    account: str = LOCAL_ACCOUNT
    long_poll_s: int = 1  # not 20: the stop waits for a poll


def _do_nothing() -> None:
    """Most pollers have nothing to finish."""


class UnknownEventSource(Exception):
    """The app declares an event source of a kind that cannot be run here."""


@dataclass(frozen=True)
class SourcePoller:
    """`poll` polls and handles once and is repeated until the stop, on which it may wait.

    Its exceptions are logged, and it is repeated after a pause; it returns True when there will be
    nothing more to do. `finish` is called after the last poll and waits for unfinished work.
    `invoke` invokes the function at once, where it is a clock that does so otherwise.
    """

    source: str
    poll: Callable[[threading.Event], bool | None]
    finish: Callable[[], None] = _do_nothing
    invoke: Callable[[], None] = _do_nothing
