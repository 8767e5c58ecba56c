"""How queues, streams and workers do: what SQS, CloudWatch and OmniState say, put together."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta

from chalicelib import observability, times
from chalicelib.aws.attributes import Item
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.metrics import Metric, Metrics, MetricValue
from chalicelib.aws.queue import Counts, Queue
from chalicelib.aws.state import State
from chalicelib.errors import InvalidInput, Unavailable
from chalicelib.operations.model import Pipeline, PipelineHeartbeat, QueueState, StreamState

BUDGET_S = 10.0  # for the queues' counts; API Gateway gives up at 29 s
FRESH = timedelta(minutes=2)  # what a reader said before that tells nothing of its lag now
LOST, UNKNOWN = "lost.", "unknown."  # what the names of such counters begin with

_log = observability.logger(__name__)


@dataclass(frozen=True)
class WatchedQueue:
    """A queue and its dead-letter queue, by the name that operators use."""

    name: str
    queue: Queue
    dead: Queue

    @property
    def age(self) -> Metric:
        """How many seconds its oldest message waits."""
        return Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", ("QueueName", self.queue.name))


@dataclass(frozen=True)
class WatchedStream:
    """A stream by its handler's name, with its Lambda function and the queue of what it gave up.

    Where no Lambda reads the stream, the heartbeat `stream:<name>` of its reader tells the lag.
    """

    name: str
    function: str
    failures: Queue

    @property
    def age(self) -> Metric:
        """How many milliseconds the last record was old when it was read."""
        return Metric("AWS/Lambda", "IteratorAge", ("FunctionName", self.function))

    def lag_ms(
        self, reading: MetricValue | None, beats: Mapping[str, Item], now: datetime
    ) -> float | None:
        """What CloudWatch or the reader says, whoever said it last; None when it is not known."""
        beat = beats.get(f"stream:{self.name}", {})
        said_at = _time(beat.get("at"))
        if said_at is None or now - said_at > FRESH or "lag_ms" not in beat:
            return None if reading is None else reading.value
        if reading is not None and reading.at > said_at:
            return reading.value
        return float(beat["lag_ms"])


@dataclass(frozen=True, slots=True)
class Watch:
    """Looks at every event-driven part; `metrics` is asked for at the first look."""

    queues: Sequence[WatchedQueue]
    streams: Sequence[WatchedStream]
    state: State
    metrics: Callable[[], Metrics]
    _: KW_ONLY
    now: Callable[[], datetime]
    clock: Callable[[], float] = time.monotonic

    def look(self) -> Pipeline:
        """The state of every part.

        Raises Unavailable without SQS or DynamoDB; what CloudWatch does not tell is left out.
        """
        now = self.now()
        counts = self._counts()
        readings = self._readings(now)
        beats, counters = self.state.heartbeats(), self.state.counters()
        return Pipeline(
            queues=[
                _queue_state(watched, counts, readings[watched.age]) for watched in self.queues
            ],
            streams=[
                StreamState(
                    name=stream.name,
                    lag_ms=stream.lag_ms(readings[stream.age], beats, now),
                    failures=sum(counts[stream.failures.url]),
                )
                for stream in self.streams
            ],
            heartbeats=[_heartbeat(who, facts) for who, facts in sorted(beats.items())],
            losses={name: n for name, n in counters.items() if name.startswith(LOST)},
            unknown={name: n for name, n in counters.items() if name.startswith(UNKNOWN)},
            counts={
                name: n for name, n in counters.items() if not name.startswith((LOST, UNKNOWN))
            },
        )

    def _counts(self) -> dict[str, Counts]:
        """The counts of every queue by its URL."""
        deadline = self.clock() + BUDGET_S
        counts: dict[str, Counts] = {}
        pairs = [queue for watched in self.queues for queue in (watched.queue, watched.dead)]
        for queue in [*pairs, *(stream.failures for stream in self.streams)]:
            if self.clock() >= deadline:
                raise Unavailable("the queues respond too slowly; try again")
            try:
                counts[queue.url] = queue.counts()
            except AWS_ERRORS as error:  # a missing queue or right too
                raise Unavailable(f"the queue {queue.name} does not respond; try again") from error
        return counts

    def _readings(self, now: datetime) -> dict[Metric, MetricValue | None]:
        wanted = [
            *(watched.age for watched in self.queues),
            *(watched.age for watched in self.streams),
        ]
        try:
            found = self.metrics().latest(wanted, now)
        except AWS_ERRORS as error:
            _log.warning("CloudWatch told nothing", extra={"cause": reason(error)})
            found = [None] * len(wanted)
        return dict(zip(wanted, found, strict=True))


def _queue_state(
    watched: WatchedQueue, counts: Mapping[str, Counts], age: MetricValue | None
) -> QueueState:
    own = counts[watched.queue.url]
    return QueueState(
        name=watched.name,
        waiting=own.waiting,
        in_flight=own.in_flight,
        delayed=own.delayed,
        dead_letters=sum(counts[watched.dead.url]),
        oldest_age_s=None if age is None else age.value,
    )


def _heartbeat(who: str, facts: Item) -> PipelineHeartbeat:
    others = {name: value for name, value in facts.items() if name != "at"}
    return PipelineHeartbeat(who=who, at=facts.get("at"), facts=others)


def _time(text: str | None) -> datetime | None:
    try:
        return None if text is None else times.parse(text, "at")
    except InvalidInput:  # a heartbeat of someone else's making
        return None
