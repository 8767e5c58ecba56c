"""The pipeline's page: what SQS, CloudWatch and OmniState say, each known or null."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError
from support.calls import call_by
from support.queues import Clock, MemoryQueue

from chalicelib import times
from chalicelib.aws.metrics import Metric, MetricValue
from chalicelib.errors import NotFound, Unavailable
from chalicelib.operations.dead_letter_queue import DeadLetterQueue
from chalicelib.operations.dead_letters import DeadLetterService
from chalicelib.operations.model import (
    LETTER_BYTES,
    SHOWN_BYTES,
    WINDOW,
    DeadLetterReason,
    DeadLetterSelection,
    Death,
    LetterList,
    PipelineHeartbeat,
    QueueState,
    StreamState,
    beginning,
    preview_bytes,
)
from chalicelib.operations.pipeline import BUDGET_S, FRESH, Watch, WatchedQueue, WatchedStream

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
OPERATOR = call_by("op-1", "operator")
AGE = Metric("AWS/SQS", "ApproximateAgeOfOldestMessage", ("QueueName", "orders"))
LAG = Metric("AWS/Lambda", "IteratorAge", ("FunctionName", "app-announce"))
SECOND = timedelta(seconds=1)
UNKNOWN = Death(
    reason=DeadLetterReason("no_answer", "…"), function="store", died_at=None, attempts=None
)


class State:
    """Heartbeats and counters as OmniState tells them."""

    def __init__(self) -> None:
        self.beats = {}
        self.counted = {}

    def heartbeats(self):
        return self.beats

    def counters(self):
        return self.counted


class Metrics:
    """CloudWatch with these readings; `error` is raised instead."""

    def __init__(self) -> None:
        self.readings = {}
        self.error = None

    def latest(self, metrics, now):
        assert now == NOW
        if self.error:
            raise self.error
        return [self.readings.get(metric) for metric in metrics]


class World:
    def __init__(self) -> None:
        self.clock = Clock()
        self.orders = MemoryQueue(self.clock, "orders")
        self.dead = MemoryQueue(self.clock, "orders-dlq")
        self.failures = MemoryQueue(self.clock, "failures")
        self.state, self.metrics = State(), Metrics()
        self.watch = Watch(
            [WatchedQueue("orders", self.orders, self.dead)],
            [WatchedStream("announce", "app-announce", self.failures)],
            self.state,
            lambda: self.metrics,
            now=lambda: NOW,
            clock=self.clock,
        )
        letters = DeadLetterQueue(self.dead, self.orders.forward, clock=self.clock)
        self.deaths = {}

        def deaths(found):
            return [self.deaths.get(letter.message_id, UNKNOWN) for letter in found]

        self.letters = DeadLetterService({"orders": letters}, {"orders": deaths}, None)

    def pipeline(self):
        return self.watch.look()

    def lag_ms(self):
        (stream,) = self.pipeline().streams
        return stream.lag_ms

    def beat(self, before, lag_ms=700):
        self.state.beats["stream:announce"] = {"at": times.text(NOW - before), "lag_ms": lag_ms}


@pytest.fixture
def world():
    return World()


# --- The pipeline ----------------------------------------------------------------------------


def test_a_queue_shows_what_waits_is_handled_is_delayed_and_is_dead(world):
    world.orders.put("a", "b", "c")
    world.orders.receive(wait_s=0, visibility_timeout_s=9, at_most=1)
    world.orders.put("d", delay_s=5)
    world.dead.put("e", "f")
    world.dead.receive(wait_s=0, visibility_timeout_s=9, at_most=1)
    world.metrics.readings[AGE] = MetricValue(NOW, 12.5)
    assert world.pipeline().queues == [
        QueueState(
            name="orders", waiting=2, in_flight=1, delayed=1, dead_letters=2, oldest_age_s=12.5
        )
    ]


def test_a_stream_shows_how_far_its_reader_is_behind_and_what_it_gave_up(world):
    world.failures.put("position 1", "position 2")
    world.metrics.readings[LAG] = MetricValue(NOW, 1500.0)
    assert world.pipeline().streams == [StreamState(name="announce", lag_ms=1500.0, failures=2)]


def test_what_nobody_measures_is_null(world):
    page = world.pipeline()
    assert page.queues[0].oldest_age_s is None
    assert page.streams[0].lag_ms is None


@pytest.mark.parametrize("error", [Unavailable("CloudWatch is not available")])
def test_without_cloudwatch_the_page_shows_the_rest(world, logged, error):
    world.metrics.error = error
    world.orders.put("a")
    world.beat(SECOND)
    page = world.pipeline()
    assert (page.queues[0].waiting, page.queues[0].oldest_age_s) == (1, None)
    assert page.streams[0].lag_ms == 700
    assert json.loads(logged.getvalue())["message"] == "CloudWatch told nothing"


def test_where_no_lambda_reads_the_stream_its_reader_tells_the_lag(world):
    world.beat(SECOND)
    assert world.lag_ms() == 700


def test_of_two_that_tell_the_lag_the_later_is_believed(world):
    world.beat(20 * SECOND)
    world.metrics.readings[LAG] = MetricValue(NOW - 10 * SECOND, 1.0)
    assert world.lag_ms() == 1
    world.metrics.readings[LAG] = MetricValue(NOW - 30 * SECOND, 1.0)
    assert world.lag_ms() == 700


def test_a_reader_that_fell_silent_tells_no_lag(world):
    world.beat(FRESH + SECOND)
    assert world.lag_ms() is None


@pytest.mark.parametrize(
    "beat", [{}, {"lag_ms": 1}, {"at": "yesterday", "lag_ms": 1}, {"at": times.text(NOW)}]
)
def test_a_heartbeat_without_time_or_lag_tells_none(world, beat):
    world.state.beats["stream:announce"] = beat
    assert world.lag_ms() is None


def test_heartbeats_are_shown_with_their_facts(world):
    world.state.beats["worker#b"] = {"at": "2026-01-31T09:29:59Z", "archived": 7}
    world.state.beats["worker#a"] = {"status": "stopped"}
    assert world.pipeline().heartbeats == [
        PipelineHeartbeat(who="worker#a", at=None, facts={"status": "stopped"}),
        PipelineHeartbeat(who="worker#b", at="2026-01-31T09:29:59Z", facts={"archived": 7}),
    ]


def test_losses_are_shown_apart_from_what_else_is_counted(world):
    world.state.counted = {
        "lost.search_events": 3,
        "unknown.search_events": 2,
        "duplicates.logs": 9,
    }
    page = world.pipeline()
    assert page.losses == {"lost.search_events": 3}
    assert page.unknown == {"unknown.search_events": 2}
    assert page.counts == {"duplicates.logs": 9}


def test_a_queue_that_is_down_makes_the_page_unavailable(world):
    world.dead.fails["counts"] = [Unavailable("the queue is not available")]
    with pytest.raises(Unavailable):
        world.pipeline()


def test_a_queue_that_is_gone_is_named(world):
    gone = ClientError({"Error": {"Code": "QueueDoesNotExist"}}, "GetQueueAttributes")
    world.dead.fails["counts"] = [gone]
    with pytest.raises(Unavailable, match=f"queue {world.dead.name} does not respond"):
        world.pipeline()


def test_queues_that_all_answer_slowly_do_not_outlast_the_caller(world, monkeypatch):
    counts = world.orders.counts

    def slowly():
        world.clock.now += BUDGET_S
        return counts()

    monkeypatch.setattr(world.orders, "counts", slowly)
    with pytest.raises(Unavailable, match="slowly"):
        world.pipeline()
    assert world.dead.calls == []


# --- Letters, as operators ask for them ------------------------------------------------------


def test_letters_are_shown_with_their_text_and_times(world):
    (letter_id,) = world.dead.put('{"a": "é"}', sent_s=NOW.timestamp() - 0.5)
    page = world.letters.look("orders", LetterList())
    assert (page.queue, page.total) == ("orders", 1)
    (letter,) = page.letters
    assert (letter.id, letter.body, letter.truncated) == (letter_id, '{"a": "é"}', False)
    assert letter.sent_at == "2026-01-31T09:29:59.500000Z"


def test_letters_are_shown_with_how_they_came_about(world):
    first, second = world.dead.put("a", "b")
    reason = DeadLetterReason("InvalidInput", "the order is empty")
    at = "2026-01-31T09:29:00Z"
    world.deaths[second] = Death(reason=reason, function="store", died_at=at, attempts=5)
    letters = {letter.id: letter for letter in world.letters.look("orders", LetterList()).letters}
    assert letters[first].reason == UNKNOWN.reason
    dead = letters[second]
    assert (dead.reason, dead.function, dead.died_at, dead.attempts) == (reason, "store", at, 5)


def test_a_long_text_is_cut_at_a_character(world):
    world.dead.put("é" * 3000)
    (letter,) = world.letters.look("orders", LetterList()).letters
    assert letter.truncated
    assert letter.body == "é" * (LETTER_BYTES // 2)
    assert beginning("aé", 2) == "a"


def test_a_whole_window_fits_an_answer_of_lambda():
    worst = 4  # a quotation mark, escaped in our JSON and again in Lambda's
    for letters in (1, 100, 256, 257, WINDOW):
        assert preview_bytes(letters) * letters * worst <= 4 * SHOWN_BYTES < 6_000_000
    assert preview_bytes(1) == preview_bytes(0) == LETTER_BYTES
    assert preview_bytes(WINDOW) == 2097


def test_a_redrive_and_a_delete_are_logged_with_who_did_them(world, logged):
    first, second = world.dead.put("canary", "canary")
    world.letters.redrive("orders", DeadLetterSelection([first, "x"]), OPERATOR)
    world.letters.delete("orders", DeadLetterSelection([second]), OPERATOR)
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    told = ("message", "queue", "by", "done", "missing", "failed")
    assert [[line[row] for row in told] for line in lines] == [
        ["dead letters were redriven", "orders", "op-1", 1, 1, 0],
        ["dead letters were deleted", "orders", "op-1", 1, 0, 0],
    ]
    assert "canary" not in logged.getvalue()


def test_an_unknown_queue_is_not_found(world):
    with pytest.raises(NotFound, match="there are orders"):
        world.letters.look("nothing", LetterList())
    with pytest.raises(NotFound):
        world.letters.redrive("nothing", DeadLetterSelection(["a"]), OPERATOR)
    with pytest.raises(NotFound):
        world.letters.delete("nothing", DeadLetterSelection(["a"]), OPERATOR)
