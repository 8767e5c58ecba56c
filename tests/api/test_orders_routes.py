"""The routes of orders: accepted at once, found while they wait, listed for operators."""

import json
from datetime import timedelta

import pytest
from support.clouds import ACCOUNT, REGION

from chalicelib import times
from chalicelib.aws.table import Table
from chalicelib.ids import is_id

QUEUE_URL = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/POC-Queue-test"
ARN = f"arn:aws:sns:{REGION}:{ACCOUNT}:POC-Topic-test"
LINE = {"sku": "mop", "quantity": 2, "unit_price": 4.5}


@pytest.fixture
def sent(aws):
    """Gives the queue's messages since the last call."""

    def read():
        answer = aws.client("sqs").receive_message(QueueUrl=QUEUE_URL, MaxNumberOfMessages=10)
        found = answer.get("Messages", [])
        for match in found:
            aws.client("sqs").delete_message(
                QueueUrl=QUEUE_URL, ReceiptHandle=match["ReceiptHandle"]
            )
        return [json.loads(match["Body"]) for match in found]

    return read


@pytest.fixture
def table(aws):
    return Table(aws.client("dynamodb"), "orders-test")


def put(table, order_id, hours_ago=0, **more):
    at = times.sortable_text(times.now() - timedelta(hours=hours_ago))
    table.put({"orderID": order_id, "day": at[:10], "queued_at": at, "order": {}, **more})


# --- Placing --------------------------------------------------------------------------------------


def test_an_order_is_accepted_with_its_id_and_is_in_the_queue(callers, sent):
    status, answer = callers.user().send("POST", "/orders", {"lines": [LINE], "gift": None})
    assert status == 202
    assert set(answer) == {"orderID", "status"}
    assert answer["status"] == "queued"
    (message,) = sent()
    assert message["orderID"] == answer["orderID"]
    assert message["order"] == {"lines": [LINE], "gift": None}
    assert message["placed_by"] == "u-1"


def test_an_order_knows_the_request_that_placed_it_queued_and_stored(aws, callers, sent, table):
    user = callers.user()
    _, accepted = user.send("POST", "/orders", {"a": 1})
    (message,) = sent()
    path = f"/orders/{accepted['orderID']}"
    assert is_id(message["request_id"])
    assert user.send("GET", path)[1]["request_id"] == message["request_id"]
    put(table, accepted["orderID"], placed_by="u-1", request_id="r-1")
    assert user.send("GET", path)[1]["request_id"] == "r-1"


def test_numbers_reach_the_queue_as_they_were_posted(aws, callers):
    callers.user().send("POST", "/orders", b'{"n": 0.10, "big": 12345678901234567890123456789}')
    answer = aws.client("sqs").receive_message(QueueUrl=QUEUE_URL)
    assert '"order":{"n":0.10,"big":12345678901234567890123456789}' in answer["Messages"][0]["Body"]


def test_without_a_key_the_same_body_is_another_order(callers, sent):
    user = callers.user()
    first, second = (user.send("POST", "/orders", {"a": 1})[1] for _ in range(2))
    assert first["orderID"] != second["orderID"]
    assert len(sent()) == 2


def test_the_same_key_is_the_same_order_and_the_same_answer(callers, sent):
    user = callers.user()
    first = user.send("POST", "/orders", {"a": 1, "b": [1.0]}, Idempotency_Key="k")
    again = user.send("POST", "/orders", {"b": [1], "a": 1.0}, Idempotency_Key="k")
    assert first == again
    assert first[0] == 202
    assert len(sent()) == 1


def test_a_key_with_another_body_is_a_conflict(callers, sent):
    user = callers.user()
    user.send("POST", "/orders", {"a": 1}, Idempotency_Key="k")
    status, problem = user.send("POST", "/orders", {"a": 2}, Idempotency_Key="k")
    assert (status, problem["code"]) == (409, "conflict")
    assert len(sent()) == 1


def test_a_key_belongs_to_its_caller(callers, sent):
    first = callers.user("u-1").send("POST", "/orders", {"a": 1}, Idempotency_Key="k")
    second = callers.user("u-2").send("POST", "/orders", {"a": 2}, Idempotency_Key="k")
    assert second[0] == 202
    assert first[1]["orderID"] != second[1]["orderID"]


def test_a_key_whose_receipt_is_gone_still_names_its_order(aws, callers, table, sent):
    user = callers.user()
    _, first = user.send("POST", "/orders", {"a": 1}, Idempotency_Key="k")
    put(table, first["orderID"], placed_by="u-1", order={"a": 1})
    aws.client("dynamodb").delete_item(
        TableName="OmniState-test",
        Key={"pk": {"S": f"ORDER#{first['orderID']}"}, "sk": {"S": "RECEIPT"}},
    )
    sent()
    assert user.send("POST", "/orders", {"a": 1}, Idempotency_Key="k") == (202, first)
    assert user.send("POST", "/orders", {"a": 2}, Idempotency_Key="k")[0] == 409
    assert sent() == []


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({"lines": [{**LINE, "quantity": 0}]}, 400, "$.lines[0]"),
        ({"lines": "mop"}, 400, "$.lines"),
        ({"lines": None}, 400, "$.lines"),
        ({"lines": [{**LINE, "quantity": "2"}]}, 400, "$.lines[0].quantity"),
        (
            {"lines": [{**LINE, "unit_price": 10**37}, {**LINE, "unit_price": 0.01}]},
            400,
            "38 digits",
        ),
        ({"x": "a" * 410_000}, 413, "400 KB"),
        (b'{"x": "' + b"\\u0001" * 390_000 + b'"}', 413, "1 MiB"),
        (b"[1]", 400, "object"),
        (b"", 400, ""),
        (b'{"x": NaN}', 400, ""),
        (b'{"a":' * 32 + b"1" + b"}" * 32, 400, "31 levels"),
    ],
)
def test_a_body_that_is_no_order_is_refused_and_nothing_is_queued(
    callers, sent, body, status, says
):
    for headers in ({}, {"Idempotency_Key": "k"}):
        answered, problem = callers.user().send("POST", "/orders", body, **headers)
        assert answered == status
        assert says in problem["message"]
    assert sent() == []
    assert callers.user().send("POST", "/orders", {}, Idempotency_Key="k")[0] == 202


def test_a_bad_key_is_refused(callers, sent):
    assert callers.user().send("POST", "/orders", {}, Idempotency_Key="a b")[0] == 400
    assert sent() == []


def test_the_trace_goes_along(aws, callers):
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"
    callers.user().send("POST", "/orders", {}, X_Amzn_Trace_Id=trace)
    (message,) = aws.client("sqs").receive_message(
        QueueUrl=QUEUE_URL, MessageSystemAttributeNames=["AWSTraceHeader"]
    )["Messages"]
    assert message["Attributes"]["AWSTraceHeader"] == trace


# --- Looking up -----------------------------------------------------------------------------------


def message_ids(aws):
    """The ids of what is in the queue, where it stays."""
    asked = {"QueueUrl": QUEUE_URL, "MaxNumberOfMessages": 10, "VisibilityTimeout": 0}
    messages = aws.client("sqs").receive_message(**asked)["Messages"]
    return {message["MessageId"] for message in messages}


def test_an_order_is_found_while_it_is_queued(callers, aws):
    user = callers.user()
    for headers in ({}, {"Idempotency_Key": "k"}):
        _, accepted = user.send("POST", "/orders", {"a": 1}, **headers)
        status, order = user.send("GET", f"/orders/{accepted['orderID']}")
        assert status == 200
        (step,) = order.pop("timeline")
        assert step["status"] == "queued"
        assert is_id(order.pop("request_id"))
        assert order.pop("message_id") in message_ids(aws)
        assert order == {
            "orderID": accepted["orderID"],
            "status": "queued",
            "placed_by": "u-1",
            "order": None,
            "total": None,
            "failure": None,
        }


def test_an_order_shows_its_timeline(callers, table):
    table.put(
        {
            "orderID": "o-1",
            "placed_by": "u-1",
            "order": {"n": 2},
            "total": 9,
            "queued_at": "2026-02-01T09:30:00.000000Z",
            "stored_at": "2026-02-01T09:31:00.000000Z",
            "notified_at": "2026-02-01T09:32:00.000000Z",
        }
    )
    assert callers.user().send("GET", "/orders/o-1") == (
        200,
        {
            "orderID": "o-1",
            "status": "notified",
            "placed_by": "u-1",
            "order": {"n": 2},
            "total": 9,
            "timeline": [
                {"status": "queued", "at": "2026-02-01T09:30:00.000000Z"},
                {"status": "stored", "at": "2026-02-01T09:31:00.000000Z"},
                {"status": "notified", "at": "2026-02-01T09:32:00.000000Z"},
            ],
            "request_id": None,
            "message_id": None,
            "failure": None,
        },
    )


def test_an_order_sent_to_the_queue_itself_is_shown_to_operators(callers, table):
    table.put({"orderID": "o-1", "placed_by": "queue", "order": "Hello from SQS!"})
    status, order = callers.operator().send("GET", "/orders/o-1")
    assert (status, order["order"], order["timeline"]) == (200, "Hello from SQS!", [])
    assert callers.user().send("GET", "/orders/o-1")[0] == 404


@pytest.mark.parametrize("is_stored", [False, True])
def test_an_order_belongs_to_who_placed_it_and_operators(callers, table, is_stored):
    _, accepted = callers.user("u-1").send("POST", "/orders", {"secret": 1})
    path = f"/orders/{accepted['orderID']}"
    if is_stored:
        put(table, accepted["orderID"], placed_by="u-1")
    assert callers.user("u-1").send("GET", path)[0] == 200
    assert callers.operator().send("GET", path)[0] == 200
    foreign = callers.user("u-2").send("GET", path)
    unknown = callers.user("u-2").send("GET", "/orders/unknown")
    for status, problem in (foreign, unknown):
        assert (status, problem["message"]) == (404, "Order not found")


def test_an_id_that_cannot_be_is_refused(callers):
    for order_id in ("a%23RECEIPT", "a%20b", "x" * 129):
        assert callers.user().send("GET", f"/orders/{order_id}")[0] == 400


# --- Listing --------------------------------------------------------------------------------------


def ids(page):
    return [order["orderID"] for order in page["orders"]]


def test_operators_list_orders_newest_first_page_by_page(callers, table):
    for number in range(7):
        put(table, f"o{number}", hours_ago=12 * number)
    operator = callers.operator()
    _, page = operator.send("GET", "/orders?limit=3")
    found = ids(page)
    while page["next_cursor"]:
        put(table, f"late{len(found)}")  # what comes meanwhile is no part of these pages
        _, page = operator.send("GET", f"/orders?limit=3&cursor={page['next_cursor']}")
        found += ids(page)
    assert found == [f"o{number}" for number in range(7)]


def test_a_full_last_page_is_the_end(callers, table):
    for number in range(4):
        put(table, f"o{number}", hours_ago=number)
    _, page = callers.operator().send("GET", "/orders?limit=4")
    assert (len(page["orders"]), page["next_cursor"]) == (4, None)


def test_only_the_times_asked_for_are_listed(callers, table):
    for number, day in enumerate(["2026-01-31", "2026-02-01", "2026-02-02"]):
        at = f"{day}T12:00:00.000000Z"
        table.put({"orderID": f"o{number}", "day": day, "queued_at": at})
    since, until = "2026-02-01T12:00:00Z", "2026-02-02T12:00:00Z"
    _, page = callers.operator().send("GET", f"/orders?since={since}&until={until}")
    assert ids(page) == ["o1"]


def test_orders_too_large_for_one_answer_are_several_pages(callers, table):
    for number in range(15):
        put(table, f"o{number:02}", hours_ago=number / 60, order={"x": "a" * 390_000})
    operator = callers.operator()
    _, page = operator.send("GET", "/orders?limit=100")
    assert len(operator.raw) < 5 * 1024 * 1024
    found = ids(page)
    while page["next_cursor"]:
        _, page = operator.send("GET", f"/orders?limit=100&cursor={page['next_cursor']}")
        assert len(operator.raw) < 5 * 1024 * 1024
        found += ids(page)
    assert found == [f"o{number:02}" for number in range(15)]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "since=yesterday",
        "since=2026-01-01T00:00:00Z&until=2026-03-01T00:00:00Z",
        "since=2026-02-02T00:00:00Z&until=2026-02-01T00:00:00Z",
        "cursor=x",
        "cursor=" + "A" * 64,
    ],
)
def test_a_bad_query_is_refused(callers, query):
    assert callers.operator().send("GET", f"/orders?{query}")[0] == 400


def test_a_cursor_belongs_to_its_owner_and_its_times(callers, table):
    for number in range(2):
        put(table, f"o{number}", hours_ago=number)
    _, page = callers.operator().send("GET", "/orders?limit=1")
    cursor = page["next_cursor"]
    assert callers.operator("op-2").send("GET", f"/orders?cursor={cursor}")[0] == 400
    since = "since=2026-02-01T12:00:00Z&until=2026-02-02T12:00:00Z"
    assert callers.operator().send("GET", f"/orders?{since}&cursor={cursor}")[0] == 400
    assert callers.operator().send("GET", f"/orders?cursor={cursor}")[0] == 200


@pytest.mark.parametrize("path", ["/orders", "/api/v1/orders/subscriptions"])
def test_lists_are_for_operators(callers, path):
    status, problem = callers.user().send("GET", path)
    assert (status, problem["code"]) == (403, "forbidden")
    assert callers.nobody().send("GET", path)[0] == 401


def test_without_a_token_no_order_is_taken(callers, sent):
    assert callers.nobody().send("POST", "/orders", {})[0] == 401
    assert sent() == []


# --- Subscriptions --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arn", "state"), [("PendingConfirmation", "pending"), (f"{ARN}:1234", "confirmed")]
)
def test_operators_see_who_is_notified_and_who_has_yet_to_confirm(aws, callers, arn, state):
    client = aws.client("sns")
    client.subscribe(TopicArn=ARN, Protocol="email", Endpoint="shop@example.com")

    def answer(parsed, **_):  # moto confirms at once
        parsed["Subscriptions"][0]["SubscriptionArn"] = arn

    client.meta.events.register("after-call.sns.ListSubscriptionsByTopic", answer)
    status, found = callers.operator().send("GET", "/api/v1/orders/subscriptions")
    assert status == 200
    assert found == {
        "subscriptions": [{"endpoint": "shop@example.com", "protocol": "email", "state": state}]
    }
