"""The queue is down: a search is answered all the same and its loss counted; an intake refuses."""

import json
import time
from collections.abc import Sequence

import pytest
from chalice.app import SQSEvent
from support.clouds import RESOURCES, cloud_at
from support.events import Context, api_event
from support.failpoints import (
    access_denied,
    always,
    answered,
    black_hole,
    closed_port,
    connect_timed_out,
    failpoints,
    hanging_connect,
    lost_answer,
    refused,
    server_error,
    throttled,
    timed_out,
)

from chalicelib import batch
from chalicelib.aws import FAST
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
DOWN = [throttled, server_error, timed_out, refused, connect_timed_out, access_denied, no_queue]


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


def lost(aws):
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


@pytest.mark.parametrize("fault", DOWN, ids=range(len(DOWN)))
def test_a_search_is_answered_and_its_lost_event_counted(aws, user, logged, fault):
    with failpoints(aws.client("sqs", FAST), "SendMessage", always(fault)) as point:
        assert user.send("GET", SEARCH) == (200, {"user_id": "a", "x": 1})
        assert user.send("GET", "/get-user?user_id=nobody")[0] == 404
    assert point.attempts == 2  # one attempt each: there is no time for a second
    assert lost(aws) == {"lost.search_events": 2}
    lines = [json.loads(line) for line in logged.getvalue().splitlines()]
    assert [line["message"] for line in lines] == ["a search event was lost"] * 2
    assert all(line["event_id"] and line["cause"] for line in lines)


@pytest.mark.parametrize("fault", DOWN, ids=range(len(DOWN)))
def test_a_loss_that_cannot_even_be_counted_is_logged(aws, user, logged, fault):
    with (
        failpoints(aws.client("sqs", FAST), "SendMessage", always(refused)),
        failpoints(aws.client("dynamodb", FAST), "UpdateItem", always(fault)),
    ):
        assert user.send("GET", SEARCH) == (200, {"user_id": "a", "x": 1})
    assert lost(aws) == {}
    messages = [json.loads(line)["message"] for line in logged.getvalue().splitlines()]
    assert messages == ["a search event was lost", "a lost search event could not be counted"]


def test_an_event_that_arrived_though_its_answer_was_lost_is_there_once(aws, user):
    with failpoints(aws.client("sqs", FAST), "SendMessage", [lost_answer]):
        user.send("GET", SEARCH)
    assert len(Queue(aws.client("sqs"), URL).receive(wait_s=0, visibility_timeout_s=9)) == 1


@pytest.mark.parametrize("server", [closed_port, black_hole, hanging_connect])
def test_a_queue_that_is_down_costs_a_search_at_most_250_ms(aws, user, run_on, server):
    usual_s = fastest(user)
    with server() as url:
        run_on(Split(aws, cloud_at(url), ("sqs", FAST)))
        down_s = fastest(user)
    assert lost(aws) == {"lost.search_events": 4}
    assert down_s - usual_s < 0.25


@pytest.mark.parametrize("server", [closed_port, black_hole, hanging_connect])
def test_queue_and_counter_down_together_cost_at_most_500_ms(aws, user, run_on, server):
    usual_s = fastest(user)
    with server() as url:
        run_on(Split(aws, cloud_at(url), ("sqs", FAST), ("dynamodb", FAST)))
        down_s = fastest(user)
    assert lost(aws) == {}
    assert down_s - usual_s < 0.5


def test_searches_go_to_the_queue_again_once_it_is_back(aws, user):
    with failpoints(aws.client("sqs", FAST), "SendMessage", always(refused)):
        user.send("GET", SEARCH)
    user.send("GET", SEARCH)
    assert lost(aws) == {"lost.search_events": 1}
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
    records = [
        {"messageId": name, "receiptHandle": f"r-{name}", "body": json.dumps(body)}
        for name, body in messages
    ]
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
        return [each for each in messages if f"r-{each[0]}" not in gone]
    failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
    return [each for each in messages if each[0] in failed]


@pytest.mark.parametrize("flag", [True, False])
def test_messages_delivered_twice_and_late_have_one_effect_and_the_right_final_state(
    aws, pauses, flag
):
    consumer = Consumer(aws)
    messages = [(f"m-{n}", {"user_id": f"u-{n % 3}", "n": n}) for n in range(9)]
    late_and_twice = [*messages[6:], *messages[:6], *messages[::-1]]
    client = aws.client("dynamodb")
    left = late_and_twice
    with failpoints(client, "PutItem", [throttled] * 7 + [lost_answer] * 4):
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
