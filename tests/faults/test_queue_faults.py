"""The queue is down: a search is answered all the same and counted; an intake refuses."""

import json
import time
from collections.abc import Callable, Sequence

import pytest
from chalice.app import SQSEvent
from support.clouds import RESOURCES, cloud_at
from support.events import Context, api_event, sqs_record
from support.failpoints import (
    access_denied,
    always,
    answered,
    black_hole,
    closed_port,
    connect_timed_out,
    failpoints,
    hanging_connect,
    lost_response,
    refused,
    server_error,
    slow_down,
    throttled,
    timed_out,
    timed_out_after_commit,
    unavailable,
)
from support.wirings import running_on, wiring_on

from chalicelib import batch
from chalicelib.aws import API, FAST
from chalicelib.aws.own_counts import OwnCounts
from chalicelib.aws.queue import Queue, Received, SqsMapping
from chalicelib.aws.session import MAX_BACKOFF_S
from chalicelib.aws.state import State
from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.errors import BatchFailed
from chalicelib.web.access import OPEN
from chalicelib.web.api import Api

URL = "https://sqs.us-east-1.amazonaws.com/123456789012/OmniQueue-test"
SEARCH = "/get-user?user_id=a"
no_queue = answered(400, "AWS.SimpleQueueService.NonExistentQueue")
REFUSED = [throttled, slow_down, refused, connect_timed_out, access_denied, no_queue]
UNANSWERED = [server_error, unavailable, timed_out]
DOWN = [*REFUSED, *UNANSWERED]


class Split:
    """A cloud whose named clients lead elsewhere."""

    def __init__(self, cloud, elsewhere, *keys) -> None:
        self._cloud = cloud
        self._elsewhere = elsewhere
        self._keys = keys

    def client(self, service, *timeouts):
        cloud = self._elsewhere if (service, *timeouts) in self._keys else self._cloud
        return cloud.client(service, *timeouts)


@pytest.fixture
def user(callers):
    someone = callers.user()
    someone.send("POST", "/stream", {"user_id": "a", "x": 1})
    return someone


def counted(aws):
    return State(Table(aws.client("dynamodb"), "OmniState-test")).counters()


def fastest(user, times=4):
    """The least seconds that a search took of so many, all answered rightly."""
    took_s = []
    for _ in range(times):
        began = time.monotonic()
        assert user.send("GET", SEARCH) == (200, {"user_id": "a", "x": 1})
        took_s.append(time.monotonic() - began)
    return min(took_s)


# --- 7: searches ---------------------------------------------------------------------------------


def search_twice_while_the_queue_is_down(aws, user, logged, fault):
    """The log lines of two searches, one for each."""
    with failpoints(aws.client("sqs", FAST), "SendMessage", always(fault)) as point:
        assert user.send("GET", SEARCH) == (200, {"user_id": "a", "x": 1})
        assert user.send("GET", "/get-user?user_id=nobody")[0] == 404
    assert point.attempts == 2  # one attempt each: there is no time for a second
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert all(line["event_id"] and line["cause"] for line in lines)
    return [line["message"] for line in lines]


@pytest.mark.parametrize("fault", REFUSED, ids=range(len(REFUSED)))
def test_an_event_that_never_reached_the_queue_or_was_refused_is_lost(aws, user, logged, fault):
    messages = search_twice_while_the_queue_is_down(aws, user, logged, fault)
    assert messages == ["a search event was lost"] * 2
    assert counted(aws) == {"lost.search_events": 2}


@pytest.mark.parametrize("fault", UNANSWERED, ids=range(len(UNANSWERED)))
def test_an_event_that_was_sent_and_not_answered_is_unknown(aws, user, logged, fault):
    messages = search_twice_while_the_queue_is_down(aws, user, logged, fault)
    assert messages == ["whether a search event was queued is unknown"] * 2
    assert counted(aws) == {"unknown.search_events": 2}


@pytest.mark.parametrize("fault", [lost_response, timed_out_after_commit], ids=["500", "none"])
def test_an_event_that_arrived_though_its_answer_was_lost_is_no_loss(aws, user, fault):
    with failpoints(aws.client("sqs", FAST), "SendMessage", [fault]):
        user.send("GET", SEARCH)
    assert len(Queue(aws.client("sqs"), URL).receive(wait_s=0, visibility_timeout_s=9)) == 1
    assert counted(aws) == {"unknown.search_events": 1}


# --- 7: the counter is down as well --------------------------------------------------------------


class Later:
    """What was to run in the background, run when the test says; pauses take no time."""

    def __init__(self) -> None:
        self.work: list[Callable[[], None]] = []
        self.at_exit: list[Callable[[], bool]] = []
        self.pauses_s: list[float] = []

    def begin(self, work, at_exit):
        self.work.append(work)
        self.at_exit.append(at_exit)


@pytest.fixture
def later(aws, user):
    """The app with counts of its own, whose background is the test's."""
    found = Later()
    wiring = wiring_on(aws)
    wiring.own_counts = OwnCounts(
        fast=lambda: wiring.state(FAST),
        patient=lambda: wiring.state(API),
        process_id="p-1",
        in_background=found.begin,
        pause=found.pauses_s.append,
    )
    with running_on(wiring):
        yield found


def search_while_all_is_down(aws, user, fault, times=3):
    """The attempts to write the counter while so many searches were answered."""
    with (
        failpoints(aws.client("sqs", FAST), "SendMessage", always(refused)),
        failpoints(aws.client("dynamodb", FAST), "PutItem", always(fault)) as point,
    ):
        for _ in range(times):
            assert user.send("GET", SEARCH) == (200, {"user_id": "a", "x": 1})
    return point.attempts


@pytest.mark.parametrize("fault", [*DOWN, lost_response, timed_out_after_commit])
def test_losses_are_counted_once_the_counter_can_be_written(aws, user, later, fault):
    search_while_all_is_down(aws, user, fault)
    (work,) = later.work
    with failpoints(aws.client("dynamodb", API), "PutItem", [access_denied] * 2):
        work()
    assert counted(aws) == {"lost.search_events": 3}
    assert later.pauses_s == [1, 2, 5]


def test_while_the_counter_is_down_one_search_alone_waits_for_it(aws, user, later):
    assert search_while_all_is_down(aws, user, timed_out) == 1


def test_the_log_says_of_no_count_that_it_is_missing_which_may_be_there(aws, user, later, logged):
    search_while_all_is_down(aws, user, timed_out_after_commit, times=1)
    messages = [json.loads(line)["message"] for line in logged.getvalue().splitlines()]
    assert messages == ["a search event was lost", "a count is not confirmed yet"]
    assert counted(aws) == {"lost.search_events": 1}


def test_an_orderly_end_writes_what_is_left(aws, user, later):
    search_while_all_is_down(aws, user, refused)
    assert counted(aws) == {}
    (at_exit,) = later.at_exit
    assert at_exit()
    assert counted(aws) == {"lost.search_events": 3}


def test_a_loss_after_the_counter_came_back_is_counted_at_once(aws, user, later):
    search_while_all_is_down(aws, user, refused)
    later.work.pop()()
    with failpoints(aws.client("sqs", FAST), "SendMessage", [refused, timed_out]):
        user.send("GET", SEARCH)
        user.send("GET", SEARCH)
    assert counted(aws) == {"lost.search_events": 4, "unknown.search_events": 1}
    assert later.work == []


def test_losses_of_processes_add_up(aws, user, run_on):
    for _ in range(2):
        run_on(aws)
        with failpoints(aws.client("sqs", FAST), "SendMessage", [refused]):
            user.send("GET", SEARCH)
    assert counted(aws) == {"lost.search_events": 2}


# --- 7: what it costs ----------------------------------------------------------------------------


@pytest.mark.parametrize("server", [closed_port, black_hole, hanging_connect])
def test_a_queue_that_is_down_costs_a_search_at_most_250_ms(aws, user, run_on, server):
    usual_s = fastest(user)
    with server() as url:
        run_on(Split(aws, cloud_at(url), ("sqs", FAST)))
        down_s = fastest(user)
    unknown = server is black_hole  # which takes the request
    assert counted(aws) == {"unknown.search_events" if unknown else "lost.search_events": 4}
    assert down_s - usual_s < 0.25


@pytest.mark.parametrize("server", [closed_port, black_hole, hanging_connect])
def test_queue_and_counter_down_together_cost_at_most_500_ms(aws, user, run_on, server):
    usual_s = fastest(user)
    with server() as url:
        run_on(Split(aws, cloud_at(url), ("sqs", FAST), ("dynamodb", FAST)))
        down_s = fastest(user)
    assert counted(aws) == {}
    assert down_s - usual_s < 0.5


def test_searches_go_to_the_queue_again_once_it_is_back(aws, user):
    with failpoints(aws.client("sqs", FAST), "SendMessage", always(refused)):
        user.send("GET", SEARCH)
    user.send("GET", SEARCH)
    assert counted(aws) == {"lost.search_events": 1}
    assert len(Queue(aws.client("sqs"), URL).receive(wait_s=0, visibility_timeout_s=9)) == 1


# --- 8: intakes ----------------------------------------------------------------------------------


def intake(aws, requests=1):
    """An intake such as orders will have: accepted means queued."""
    api = Api("intake", cors_origin="*")

    @api.post("/things", body=dict, status=202, access=OPEN)
    def accept(body: dict) -> None:
        """Queue a thing."""
        Queue(aws.client("sqs"), URL).send(json.dumps(body))

    event = api_event("POST", "/things", body='{"a":1}', sub=None)
    return [api(event, Context()) for _ in range(requests)]


@pytest.mark.parametrize("fault", [throttled, server_error, timed_out, refused, connect_timed_out])
def test_an_intake_whose_queue_refuses_is_never_accepted(aws, pauses, fault):
    with failpoints(aws.client("sqs"), "SendMessage", always(fault)):
        (answer,) = intake(aws)
    assert answer["statusCode"] == 503
    assert answer["headers"]["Retry-After"] == "1"
    assert json.loads(answer["body"])["code"] == "unavailable"
    assert Queue(aws.client("sqs"), URL).receive(wait_s=0, visibility_timeout_s=9) == []


def test_an_intake_that_was_accepted_is_in_the_queue(aws, pauses):
    with failpoints(aws.client("sqs"), "SendMessage", [throttled, server_error]):
        (answer,) = intake(aws)
    assert answer["statusCode"] == 202
    (message,) = Queue(aws.client("sqs"), URL).receive(wait_s=0, visibility_timeout_s=9)
    assert message.body == '{"a": 1}'


@pytest.mark.parametrize("server", [closed_port, black_hole])
def test_an_intake_whose_queue_is_gone_or_hangs_is_refused_within_five_seconds(pauses, server):
    with server() as url:
        began = time.monotonic()
        (answer,) = intake(cloud_at(url))
        took_s = time.monotonic() - began
    assert answer["statusCode"] == 503
    assert took_s + 2 * MAX_BACKOFF_S < 5


# --- 10: duplicates, out of order ----------------------------------------------------------------


class Consumer:
    """A handler as the workloads have it: conditional writes, so that a delivery counts once."""

    def __init__(self, aws) -> None:
        self._client = aws.client("dynamodb")
        self._table = Table(self._client, RESOURCES.tables[0].name)
        self.effects = 0

    def __call__(self, message: Received) -> None:
        item = json.loads(message.body)
        newer = Condition("attribute_not_exists(user_id) OR n < :n", values={":n": item["n"]})
        try:
            self._table.put(item, newer)
            self.effects += 1
        except ConditionFailed:
            pass

    def items(self):
        return {item["user_id"]: item["n"] for item in self._table.scan(100).items}


def delivered(messages: Sequence[tuple[str, dict]], consumer, aws, *, flag: bool):
    """One invocation with these messages; answers what comes again."""
    records = [sqs_record(json.dumps(body), name) for name, body in messages]
    gone: list[str] = []

    def delete(handles):
        gone.extend(handles)
        return []

    try:
        answer = batch.sqs(
            SQSEvent({"Records": records}, None),
            batch.handle_each(consumer),
            SqsMapping(delete, reports_failures=flag),
        )
    except BatchFailed:
        return [message for message in messages if f"r-{message[0]}" not in gone]
    failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
    return [message for message in messages if message[0] in failed]


@pytest.mark.parametrize("flag", [True, False])
def test_messages_delivered_twice_and_late_have_one_effect_and_the_right_final_state(
    aws, pauses, flag
):
    consumer = Consumer(aws)
    messages = [(f"m-{n}", {"user_id": f"u-{n % 3}", "n": n}) for n in range(9)]
    late_and_twice = [*messages[6:], *messages[:6], *messages[::-1]]
    client = aws.client("dynamodb")
    left = late_and_twice
    with failpoints(client, "PutItem", [throttled] * 7 + [lost_response] * 4):
        for _ in range(10):
            left = delivered(left, consumer, aws, flag=flag)
    assert left == []
    assert consumer.items() == {"u-0": 6, "u-1": 7, "u-2": 8}


@pytest.mark.parametrize("flag", [True, False])
def test_only_what_failed_comes_again(aws, pauses, flag):
    consumer = Consumer(aws)
    messages = [(f"m-{n}", {"user_id": f"u-{n}", "n": 1}) for n in range(5)]
    with failpoints(aws.client("dynamodb"), "PutItem", [throttled] * 3):
        left = delivered(messages, consumer, aws, flag=flag)
    assert left == messages[:1]
    assert delivered(left, consumer, aws, flag=flag) == []
    assert consumer.effects == 5
