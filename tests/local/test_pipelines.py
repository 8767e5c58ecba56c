"""Orders and logs through the whole running system: from the request to the mail and the item."""

import os
import signal
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import boto3
import pytest
from support.local_system import LocalSystem, aws_of
from support.waiting import until

STEPS = ["queued", "stored", "notified"]
VISIBILITY_S = 3  # what a killed process held comes back after that, here


def place(system, body, **headers):
    return system.request("POST", "/orders", body, **headers)


def get(system, order_id, token):
    return system.request("GET", f"/orders/{order_id}", Authorization=token)[1]


def mails(system):
    return system.request("GET", "/_local/mailbox/mails.json")[1]["mails"]


def mails_of(system, order_id):
    return [mail for mail in mails(system) if mail["attributes"].get("orderID") == order_id]


def until_notified(system, order_id, token, within_s=20):
    until(lambda: get(system, order_id, token).get("status") == "notified", within_s, order_id)


def items(system, table, **keys):
    """Every item of a table, or of a partition of it."""
    client = aws_of(system.config).client("dynamodb")
    operation, request = "scan", {}
    for name, value in keys.items():
        operation = "query"
        request = {
            "KeyConditionExpression": f"{name} = :v",
            "ExpressionAttributeValues": {":v": {"S": value}},
        }
    pages = client.get_paginator(operation).paginate(TableName=system.outputs[table], **request)
    return [item for page in pages for item in page["Items"]]


def depth(system, output):
    """Messages in a queue, in flight included."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url = system.outputs[output]
    asked = (
        aws_of(system.config).client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)
    )
    return sum(int(value) for value in asked["Attributes"].values())


def kill(system, part):
    """SIGKILL it; answers once another runs in its place."""
    before = system.pid(part)
    os.kill(before, signal.SIGKILL)
    until(lambda: system.pid(part) != before, 20, f"another {part}")


def test_an_order_is_stored_and_mailed(system):
    token = system.token()
    order = {
        "customer": "Ada <script>",
        "lines": [{"sku": "tea", "quantity": 2, "unit_price": 3.5}],
    }

    status, accepted = place(system, order)
    until_notified(system, accepted["orderID"], token)
    found = get(system, accepted["orderID"], token)
    (mail,) = mails_of(system, accepted["orderID"])

    assert (status, accepted["status"]) == (202, "queued")
    assert found["order"] == order
    assert found["total"] == 7
    assert [step["status"] for step in found["timeline"]] == STEPS
    assert mail["subject"] == f"New Order Notification {accepted['orderID']}"
    assert "Ada <script>" in mail["text"]


def test_one_order_posted_64_times_at_once_is_one_order_and_one_mail(system):
    token = system.token()
    begin = threading.Barrier(16)

    def post(_):
        begin.wait(20)
        return place(system, {"customer": "Bo"}, Idempotency_Key="sixty-four")

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(post, range(64)))
    (order_id,) = {answer["orderID"] for _, answer in answers}
    until_notified(system, order_id, token)
    until(lambda: depth(system, "OrdersQueueUrl") == 0, 20, "an empty queue")

    assert Counter(status for status, _ in answers) == {202: 64}
    assert len(items(system, "OrdersTable", orderID=order_id)) == 1
    assert len(mails_of(system, order_id)) == 1


def test_the_seeds_own_query_reads_a_tenants_log_at_the_local_endpoint(system):
    structured = {"tenant_id": "acme_query", "log_id": "101", "text": "User login event"}
    assert system.request("POST", "/ingest", structured)[0] == 202
    client = boto3.client(
        "dynamodb",
        endpoint_url=system.outputs["AwsEndpointUrl"],
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )

    def query():
        return client.query(
            TableName="MultiTenantLogs",
            KeyConditionExpression="tenant_id = :tid",
            ExpressionAttributeValues={":tid": {"S": "acme_query"}},
        )["Items"]

    (item,) = until(query, what="the record")
    assert (item["log_id"], item["text"]) == ({"S": "101"}, {"S": "User login event"})


def test_operators_see_how_far_the_stream_is_read(system):
    def lag_ms():
        answer = system.request("GET", "/api/v1/pipeline", Authorization=system.token())[1]
        return {stream["name"]: stream["lag_ms"] for stream in answer["streams"]}["announce_orders"]

    until(lambda: lag_ms() is not None)


@pytest.fixture
def hasty(spare_system: LocalSystem) -> LocalSystem:
    """A system whose queues give back soon what a killed process held; the first has no data."""
    sqs = aws_of(spare_system.config).client("sqs")
    for output in ("OrdersQueueUrl", "LogsQueueUrl"):
        visibility = {"VisibilityTimeout": str(VISIBILITY_S)}
        sqs.set_queue_attributes(QueueUrl=spare_system.outputs[output], Attributes=visibility)
    return spare_system


def test_event_sources_killed_twice_in_the_middle_lose_and_double_nothing(hasty):
    tenants = ("one", "two", "three")

    def send(number):
        tenant = tenants[number % 3]
        records = [
            {"tenant_id": tenant, "log_id": f"{number}-{n}", "text": f"line {n}"} for n in range(20)
        ]
        body = place(hasty, {"number": number})[1]
        return body["orderID"], hasty.request("POST", "/ingest", records)[1]["accepted"]

    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(send, number) for number in range(60)]
        for at in (20, 40):
            sent[at].result()
            kill(hasty, "events")
        order_ids, accepted = zip(*(message.result() for message in sent), strict=True)

    token = hasty.token()
    until(lambda: waiting(hasty) == 0, 60, "empty queues")
    until(lambda: len(unannounced(hasty)) == 0, 30, "every mail")
    logs = {tenant: items(hasty, "LogsTable", tenant_id=tenant) for tenant in tenants}
    assert sum(accepted) == 1200
    assert {tenant: len(found) for tenant, found in logs.items()} == dict.fromkeys(tenants, 400)
    assert sorted(item["orderID"]["S"] for item in items(hasty, "OrdersTable")) == sorted(order_ids)
    assert {mail["attributes"]["orderID"] for mail in mails(hasty)} == set(order_ids)
    # SNS has no token: a kill exactly between publish and mark makes one more mail, not two.
    assert len(order_ids) <= len(mails(hasty)) <= len(order_ids) + 2
    assert get(hasty, order_ids[-1], token)["status"] == "notified"
    dead = (
        aws_of(hasty.config)
        .client("sqs")
        .receive_message(QueueUrl=f"{hasty.outputs['OrdersQueueUrl']}-dlq")
    )
    assert "Messages" not in dead


def waiting(system):
    return depth(system, "OrdersQueueUrl") + depth(system, "LogsQueueUrl")


def unannounced(system):
    return [item for item in items(system, "OrdersTable") if "announcement" in item]


def test_orders_that_were_stored_and_not_announced_are_announced_after_a_restart(spare_system):
    topic = spare_system.outputs["OrdersTopicArn"]
    aws_of(spare_system.config).client("sns").delete_topic(TopicArn=topic)
    order_id = place(spare_system, {"customer": "Cy"})[1]["orderID"]
    until(lambda: len(unannounced(spare_system)) == 1, what="the order in its table")
    assert spare_system.stop()[0] == 0

    spare_system.start()  # the emulator has the order, and no stream record of it
    token = spare_system.token()
    until_notified(spare_system, order_id, token)
    assert len(mails_of(spare_system, order_id)) == 1


def test_with_the_intake_closed_keys_and_tokens_are_asked_for_and_a_digest_is_one_mail(tmp_path):
    system = LocalSystem(tmp_path, OPEN_INTAKE="0", DIGEST_ORDERS="3", DIGEST_WINDOW_S="4")
    try:
        system.start()
        assert_only_a_key_lets_in(system)
        assert_three_orders_are_one_mail(system)
    finally:
        system.end()


def assert_only_a_key_lets_in(system):
    token = system.token()
    record = {"text": "hello"}
    tenant = {"tenant_id": "keyed"}
    assert system.request("POST", "/api/v1/tenants", tenant, Authorization=token)[0] == 201
    made = system.request("POST", "/api/v1/tenants/keyed/keys", Authorization=token)
    key = f"Bearer {made[1]['key']}"

    def ingest(**headers):
        status, body = system.request("POST", "/ingest", record, **headers)
        return status, body.get("code")

    assert ingest() == (401, "unauthenticated")
    assert ingest(Authorization="Bearer omk_unknown") == (403, "forbidden")
    assert ingest(Authorization=key) == (202, None)
    assert ingest(Authorization=key, X_Tenant_ID="keyed") == (202, None)
    assert ingest(Authorization=key, X_Tenant_ID="another") == (403, "forbidden")
    for path in ("/ingest", "/v1/logs", "/orders"):
        assert system.request("OPTIONS", path)[0] == 200
    until(lambda: len(items(system, "LogsTable", tenant_id="keyed")) == 2)


def assert_three_orders_are_one_mail(system):
    token = system.token()
    assert place(system, {"customer": "Ed"})[0] == 401
    order_ids = [place(system, {"n": n}, Authorization=token)[1]["orderID"] for n in range(3)]
    for order_id in order_ids:
        until_notified(system, order_id, token)
    (mail,) = mails(system)
    assert (mail["attributes"]["kind"], mail["attributes"]["orders"]) == ("digest", "3")
    assert all(order_id in mail["text"] for order_id in order_ids)
