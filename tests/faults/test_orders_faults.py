"""Orders under faults: what was accepted is stored once and told of; nothing else is accepted."""

import json
import random
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError
from chalice.test import Client
from support.clouds import STAGE, cloud_at
from support.contract import Contract
from support.events import (
    Context,
    api_event,
    failures,
    sqs_event,
    sqs_record,
    stream_event,
    stream_record,
)
from support.failpoints import (
    access_denied,
    always,
    answered,
    before,
    black_hole,
    connect_timed_out,
    failpoint,
    failpoints,
    hanging_connect,
    lost_response,
    passed,
    refused,
    server_error,
    sometimes,
    throttled,
    timed_out,
    timed_out_after_commit,
)
from support.orders import OrdersCloud, inserts
from support.people import Callers

import app as application
import chalicelib
from app import app
from chalicelib import batch, times
from chalicelib.aws import PUBLISH
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.queue import SqsMapping
from chalicelib.aws.session import MAX_BACKOFF_S
from chalicelib.aws.table import Table
from chalicelib.errors import Unavailable
from chalicelib.orders.rules import order_id
from chalicelib.orders.store import OrderStore
from chalicelib.orders.storing import Storing
from infra.local.gateway.per_thread import make_per_thread

no_queue = answered(400, "AWS.SimpleQueueService.NonExistentQueue")
DOWN = [throttled, server_error, timed_out, refused, connect_timed_out, access_denied, no_queue]
LOST = pytest.mark.parametrize(
    "fault", [lost_response, timed_out_after_commit], ids=["500", "none"]
)
KEYED = pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "k"}], ids=["plain", "by key"])


class Killed(BaseException):
    """The process dies: nothing of ours catches this."""


def kill():
    raise Killed


@pytest.fixture
def orders(on_emulator, run_on, pauses):
    return OrdersCloud(on_emulator, run_on)


@pytest.fixture
def user(orders):
    with Client(app, stage_name=STAGE) as client:
        yield Callers(client, Contract(app.openapi(chalicelib.__version__))).user()


def store(*records, storing=None):
    """What store_orders reports, with the mapping's flag on."""
    mapping = SqsMapping(delete=lambda _: [], reports_failures=True)
    answer = batch.sqs(
        sqs_event(*records), (storing or application.wiring.orders.storing).store, mapping
    )
    return failures(answer)


def announce(event):
    """What announce_orders reports, with the mapping's flag on."""
    work = application.wiring.orders.announcer.announce
    return failures(batch.stream(event, work, reports_failures=True))


def told(orders):
    """How often each order was told of since the last call."""
    counts: dict[str, int] = {}
    for mail in orders.mails():
        for order in mail["content"]["orders"]:
            counts[order["orderID"]] = counts.get(order["orderID"], 0) + 1
    return counts


# --- 8: the queue is down -------------------------------------------------------------------------


@KEYED
@pytest.mark.parametrize("fault", DOWN)
def test_with_the_queue_down_no_order_is_accepted(orders, user, fault, headers):
    with failpoints(orders.sqs, "SendMessage", always(fault)):
        status, problem = user.send("POST", "/orders", {"a": 1}, **headers)
    assert (status, problem["code"]) == (503, "unavailable")
    assert user.headers["Retry-After"] == "1"
    assert orders.queued() == []


def test_an_order_that_was_not_accepted_is_not_there_until_its_retry_is(orders, user):
    key = {"Idempotency_Key": "k"}
    with failpoints(orders.sqs, "SendMessage", always(server_error)):
        user.send("POST", "/orders", {"a": 1}, **key)
    path = f"/orders/{order_id('u-1', 'k')}"
    assert user.send("GET", path)[0] == 404
    assert user.send("POST", "/orders", {"a": 2}, **key)[0] == 409
    assert user.send("POST", "/orders", {"a": 1}, **key)[0] == 202
    assert user.send("GET", path)[1]["status"] == "queued"
    assert len(orders.queued()) == 1


def test_with_the_queue_gone_no_order_is_accepted(orders, user):
    orders.sqs.delete_queue(QueueUrl=orders.queue_url)
    status, _ = user.send("POST", "/orders", {"a": 1})
    assert (status, user.headers["Retry-After"]) == (503, "1")


@pytest.mark.parametrize("server", [black_hole, hanging_connect])
def test_a_queue_that_hangs_is_a_503_within_five_seconds(callers, run_on, pauses, server):
    with server() as url:
        run_on(cloud_at(url))
        began = time.monotonic()
        status, _ = callers.user().send("POST", "/orders", {"a": 1})
        took_s = time.monotonic() - began
    assert status == 503
    assert took_s + 2 * MAX_BACKOFF_S < 5


# --- 4: the queue's answer is lost ----------------------------------------------------------------


@KEYED
@LOST
def test_an_order_whose_answer_was_lost_is_queued_twice_and_stored_once(
    orders, user, fault, headers
):
    with failpoint(orders.sqs, "SendMessage", fault):
        status, accepted = user.send("POST", "/orders", {"a": 1}, **headers)
    assert status == 202
    records = orders.queued()
    assert len(records) == 2
    assert store(*records) == []
    assert orders.stored() == {accepted["orderID"]: {"a": 1}}


@LOST
def test_when_every_answer_is_lost_the_callers_own_retry_settles_it(orders, user, fault):
    key = {"Idempotency_Key": "k"}
    with failpoints(orders.sqs, "SendMessage", always(fault)):
        assert user.send("POST", "/orders", {"a": 1}, **key)[0] == 503
    status, accepted = user.send("POST", "/orders", {"a": 1}, **key)
    assert status == 202
    for record in orders.queued():
        assert store(record) == []
    assert orders.stored() == {accepted["orderID"]: {"a": 1}}


# --- Receipts -------------------------------------------------------------------------------------


def test_without_its_receipt_an_order_is_accepted_and_found_once_it_is_stored(orders, user, logged):
    with failpoints(orders.dynamodb, "BatchWriteItem", always(throttled)):
        status, accepted = user.send("POST", "/orders", {"a": 1})
    assert status == 202
    assert "a receipt was not confirmed" in logged.getvalue()
    path = f"/orders/{accepted['orderID']}"
    assert user.send("GET", path)[0] == 404
    store(*orders.queued())
    assert user.send("GET", path)[1]["status"] == "stored"


@pytest.mark.parametrize("operation", ["PutItem", "GetItem"])
def test_a_key_that_cannot_be_looked_up_is_a_503_and_nothing_is_queued(orders, user, operation):
    with failpoints(orders.dynamodb, operation, always(throttled)):
        status, _ = user.send("POST", "/orders", {"a": 1}, Idempotency_Key="k")
    assert status == 503
    assert orders.queued() == []


def test_a_receipt_that_was_not_confirmed_lets_the_order_be_queued_again(orders, user):
    key = {"Idempotency_Key": "k"}
    with failpoints(orders.dynamodb, "BatchWriteItem", always(throttled)):
        first = user.send("POST", "/orders", {"a": 1}, **key)
    assert first[0] == 202
    assert user.send("POST", "/orders", {"a": 1}, **key) == first
    assert store(*orders.queued()) == []
    assert list(orders.stored()) == [first[1]["orderID"]]


# --- 12, 13 and 18: storing -----------------------------------------------------------------------


def test_of_five_the_one_that_fails_alone_comes_again(orders):
    records = [sqs_record(f"order {n}", f"m-{n}") for n in range(5)]
    records[2]["body"] = "x" * 420_000
    for _ in range(5):
        assert store(*records) == ["m-2"]
    assert sorted(orders.stored()) == ["m-0", "m-1", "m-3", "m-4"]
    records[2]["body"] = "mended"
    assert store(*records) == []
    assert orders.stored()["m-2"] == "mended"


class Throttling:
    """A client whose database throttles a share of the statements, the same for the same seed."""

    def __init__(self, client, share, seed) -> None:
        self._client = client
        self._share = share
        self._chance = random.Random(seed)  # noqa: S311 a test's dice
        self.calls: list[int] = []

    def batch_execute_statement(self, Statements):  # noqa: N803 DynamoDB's own
        self.calls.append(len(Statements))
        does = [self._chance.random() >= self._share for _ in Statements]
        done = [statement for statement, passes in zip(Statements, does, strict=True) if passes]
        answers = iter(
            self._client.batch_execute_statement(Statements=done)["Responses"] if done else []
        )
        throttling = {"Error": {"Code": "ThrottlingError"}}
        return {"Responses": [next(answers) if passes else throttling for passes in does]}


@pytest.mark.parametrize("seed", range(3))
def test_throttled_statements_are_tried_again_after_a_pause_and_the_table_is_exact(orders, seed):
    waited: list[float] = []
    client = Throttling(orders.dynamodb, 0.2, seed)
    bulk = Bulk(client, "orders-test", ("orderID",), pause=waited.append)
    throttled_store = OrderStore(Table(orders.dynamodb, "orders-test"), bulk)
    storing = Storing(throttled_store, emit=list, now=times.now)
    for start in range(0, 100, 10):
        records = [sqs_record(f"order {n}", f"m-{n}") for n in range(start, start + 10)]
        assert store(*records, storing=storing) == []
    assert orders.stored() == {f"m-{n}": f"order {n}" for n in range(100)}
    assert len(waited) == len(client.calls) - 10 > 0
    assert len(set(waited)) == len(waited)


@pytest.mark.parametrize("fault", [throttled, server_error, timed_out, lost_response])
def test_with_the_database_down_the_whole_batch_comes_again_and_is_stored_once(orders, fault):
    records = [sqs_record(f"order {n}", f"m-{n}") for n in range(5)]
    with failpoints(orders.dynamodb, "BatchExecuteStatement", always(fault)):
        assert store(*records) == [f"m-{n}" for n in range(5)]
    assert store(*records) == []
    assert orders.stored() == {f"m-{n}": f"order {n}" for n in range(5)}


def test_a_batch_that_raises_comes_again_whole(orders):
    records = [sqs_record(f"order {n}", f"m-{n}") for n in range(5)]
    denied = failpoint(orders.dynamodb, "BatchExecuteStatement", access_denied)
    with denied, pytest.raises(ClientError, match="AccessDenied"):
        store(*records)
    assert orders.stored() == {}
    assert store(*records) == []
    assert len(orders.stored()) == 5


# --- 10: twice and out of order -------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_messages_and_records_twice_and_out_of_order_have_one_effect(orders, user, seed):
    chance = random.Random(seed)  # noqa: S311 a test's dice
    accepted = {}
    for number in range(12):
        _, answer = user.send("POST", "/orders", {"n": number}, Idempotency_Key=f"k{number}")
        accepted[answer["orderID"]] = {"n": number}
    records = orders.queued()
    deliveries = chance.sample([*records, *records, *chance.choices(records, k=8)], k=32)
    for start in range(0, 32, 8):
        assert store(*deliveries[start : start + 8]) == []
        news = chance.choices(list(orders.stored()), k=6)
        assert announce(inserts(news)) == []
    assert store(*records) == []
    assert announce(inserts(orders.stored())) == []
    assert orders.stored() == accepted
    assert told(orders) == dict.fromkeys(accepted, 1)


# --- 20: telling ----------------------------------------------------------------------------------


@pytest.fixture
def stored(orders):
    """Three orders that wait to be told of."""
    assert store(*(sqs_record(letter, letter) for letter in "abc")) == []
    return orders


@LOST
def test_an_order_is_told_once_more_for_a_publish_whose_answer_was_lost(stored, fault):
    with failpoint(stored.cloud.client("sns", PUBLISH), "Publish", fault):
        assert announce(inserts("abc")) == []
    counts = told(stored)
    assert counts == {"a": 2, "b": 1, "c": 1}
    assert announce(inserts("abc")) == []
    assert told(stored) == {}


def kill_between_publish_and_mark(orders, kills):
    """So many processes announce `abc`, each killed before its first mark."""
    for _ in range(kills):
        with failpoint(orders.dynamodb, "UpdateItem", before(kill)), pytest.raises(Killed):
            announce(inserts("abc"))
        orders.restart()


@pytest.mark.parametrize("kills", range(4))
def test_an_order_is_told_once_more_for_each_kill_between_publish_and_mark(stored, kills):
    kill_between_publish_and_mark(stored, kills)
    assert announce(inserts("abc")) == []
    mails = stored.mails()
    counts = Counter(mail["MessageAttributes"]["orderID"]["Value"] for mail in mails)
    assert counts == {"a": 1 + kills, "b": 1, "c": 1}
    stored.restart()
    assert announce(inserts("abc")) == []
    assert stored.mails() == []
    # A reader knows a repeat by its orderID: subject, text, JSON and attributes are the same.
    shown = ("Subject", "Message", "MessageAttributes")
    assert len({json.dumps([mail[part] for part in shown]) for mail in mails}) == 3
    assert all(f"New order {mail['Subject'][-1]}\n" in mail["content"]["text"] for mail in mails)


def test_the_orders_of_a_digest_are_told_once_more_for_each_kill(on_emulator, run_on, pauses):
    orders = OrdersCloud(on_emulator, run_on, digest_orders=3)
    assert store(*(sqs_record(letter, letter) for letter in "abc")) == []
    kill_between_publish_and_mark(orders, 2)
    with failpoint(orders.dynamodb, "UpdateItem", passed, before(kill)), pytest.raises(Killed):
        announce(inserts("abc"))
    orders.restart()
    assert announce(inserts("abc")) == []
    assert told(orders) == {"a": 3, "b": 4, "c": 4}  # `a` was marked before the third kill
    orders.restart()
    assert announce(inserts("abc")) == []
    assert told(orders) == {}


def test_killed_before_publish_an_order_is_told_once(stored):
    client = stored.cloud.client("sns", PUBLISH)
    with failpoint(client, "Publish", passed, before(kill)), pytest.raises(Killed):
        announce(inserts("abc"))
    stored.restart()
    assert announce(inserts("abc")) == []
    assert told(stored) == {"a": 1, "b": 1, "c": 1}


@pytest.mark.parametrize("fault", [throttled, server_error, timed_out])
def test_marks_that_fail_do_not_tell_again(stored, fault):
    for _ in range(5):
        with failpoints(stored.dynamodb, "UpdateItem", always(fault)):
            assert announce(inserts("a")) == ["1"]
    assert announce(inserts("abc")) == []
    assert told(stored) == {"a": 1, "b": 1, "c": 1}
    assert {item["status"] for item in stored.items().values()} == {"notified"}


@LOST
def test_a_mark_whose_answer_was_lost_does_not_tell_again(stored, fault):
    with failpoint(stored.dynamodb, "UpdateItem", fault):
        assert announce(inserts("abc")) == []
    assert told(stored) == {"a": 1, "b": 1, "c": 1}


@pytest.mark.parametrize("fault", [server_error, timed_out, refused, connect_timed_out])
def test_with_the_topic_down_orders_wait_and_are_told_once(stored, fault):
    client = stored.cloud.client("sns", PUBLISH)
    with failpoints(client, "Publish", always(fault)) as point:
        assert announce(inserts("abc")) == ["1", "2", "3"]
    assert point.attempts == 2
    assert {item["announcement"] for item in stored.items().values()} == {"pending"}
    assert announce(inserts("abc")) == []
    assert told(stored) == {"a": 1, "b": 1, "c": 1}


def test_an_order_that_the_topic_refuses_fails_alone(stored):
    client = stored.cloud.client("sns", PUBLISH)
    poison = answered(400, "InvalidParameter")
    with failpoint(client, "Publish", passed, poison):
        assert announce(inserts("abc")) == ["2"]
    assert announce(inserts("b")) == []
    assert told(stored) == {"a": 1, "b": 1, "c": 1}


def test_records_that_come_twice_in_a_batch_are_told_once(stored):
    twice = [stream_record(item, number) for number, item in enumerate("aabbca", 1)]
    assert announce(stream_event(*twice)) == []
    assert told(stored) == {"a": 1, "b": 1, "c": 1}


@pytest.mark.parametrize("fault", [throttled, server_error, timed_out])
def test_when_orders_cannot_be_read_none_is_told(stored, fault):
    with failpoints(stored.dynamodb, "BatchGetItem", always(fault)), pytest.raises(Unavailable):
        announce(inserts("abc"))
    assert told(stored) == {}


# --- 29: many at once -----------------------------------------------------------------------------


def test_64_equal_posts_are_one_order_and_one_answer_round_after_round(orders):
    make_per_thread(app)
    expected = set()
    with ThreadPoolExecutor(16) as pool:
        for number in range(4):
            event = api_event(
                "POST",
                "/orders",
                body=json.dumps({"n": number}),
                headers={"idempotency-key": f"k{number}"},
            )
            answers = list(pool.map(lambda event: app(event, Context()), [event] * 64))
            ((status, body),) = {(response["statusCode"], response["body"]) for response in answers}
            assert status == 202
            expected.add(json.loads(body)["orderID"])
    _deliver_all(orders)
    assert set(orders.stored()) == expected
    assert told(orders) == dict.fromkeys(expected, 1)


def test_64_equal_posts_while_a_fifth_of_all_calls_fail_are_one_order(orders):
    make_per_thread(app)
    body = json.dumps({"x": [1.5, None]})
    event = api_event("POST", "/orders", body=body, headers={"idempotency-key": "k"})
    with (
        failpoints(orders.sqs, "SendMessage", sometimes(lost_response, 0.2, seed=29)),
        failpoints(orders.dynamodb, "PutItem", sometimes(throttled, 0.2, seed=30)),
        ThreadPoolExecutor(16) as pool,
    ):
        answers = list(pool.map(lambda event: app(event, Context()), [event] * 64))
    accepted = {response["body"] for response in answers if response["statusCode"] == 202}
    assert len(accepted) == 1
    assert {response["statusCode"] for response in answers} <= {202, 503}
    _deliver_all(orders)
    assert list(orders.stored()) == [json.loads(accepted.pop())["orderID"]]
    assert set(told(orders).values()) == {1}


def _deliver_all(orders):
    for record in orders.queued():
        assert store(record) == []
    assert announce(inserts(orders.stored())) == []


# --- all at once ----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_under_any_mixture_of_faults_what_was_accepted_is_stored_once_and_told(orders, user, seed):
    chance = random.Random(seed)  # noqa: S311 a test's dice
    kinds = [throttled, server_error, timed_out, lost_response, timed_out_after_commit]

    def faults():
        while True:
            yield chance.choice(kinds) if chance.random() < 0.15 else passed

    accepted = {}
    publisher = orders.cloud.client("sns", PUBLISH)
    with (
        failpoints(orders.sqs, "SendMessage", faults()),
        failpoints(orders.dynamodb, "*", faults()),
        failpoints(publisher, "*", faults()),
    ):
        for number in range(30):
            status = 503
            while status == 503:  # as the answer says: come back
                status, answer = user.send(
                    "POST", "/orders", {"n": number}, Idempotency_Key=f"k{number}"
                )
            accepted[answer["orderID"]] = {"n": number}
        waiting = {message["messageId"]: message for message in orders.queued()}
        while waiting:
            first = list(waiting)[:10]
            failed = store(*(waiting[entry] for entry in first))
            waiting = {
                message: record
                for message, record in waiting.items()
                if message not in first or message in failed
            }
        news = list(accepted)
        while news:
            try:
                failed = announce(inserts(news[:10]))
            except Unavailable:
                continue
            news = [news[int(number) - 1] for number in failed] + news[10:]
    assert orders.stored() == accepted
    assert {item["status"] for item in orders.items().values()} == {"notified"}
    assert set(told(orders)) == set(accepted)
