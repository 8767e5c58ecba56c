"""A hundred rounds of 64 equal posts at once to the running local system: one order each, one mail.

Not a matter of speed, but too long for a test; the tests do fewer rounds. Each round has an
Idempotency-Key of its own, and its 64 answers must be the same to the letter. Who is answered 503,
as on a machine that is too busy, asks again.
"""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

from tests.bench import load, local_system
from tests.bench.table import Row, Target
from tests.support.local_system import LocalSystem, aws_of

ROUNDS, EQUAL = 100, 64
WITHIN_S = 60
ATTEMPTS, RETRY_AFTER_S = 5, 1.0


def run() -> list[Row]:
    """Orders and mails a key."""
    with local_system.running() as system:
        mailbox = _subscribed(system)
        started = time.perf_counter()
        connections = [load.Connection(system.config.port) for _ in range(EQUAL)]
        with ThreadPoolExecutor(EQUAL) as pool:
            order_ids = [_round(pool, connections, number) for number in range(ROUNDS)]
        elapsed_s = time.perf_counter() - started
        for connection in connections:
            connection.socket.close()
        _until_all_notified(system, order_ids)
        stored = _stored(system)
        mails = _mails(system, mailbox)
    posts = ROUNDS * EQUAL
    return [
        _row(
            "orders", stored, f"{posts:,} posts, {posts / elapsed_s:,.0f} a second, {stored} orders"
        ),
        _row("mails", mails, f"{mails} mails"),
    ]


def _round(pool: ThreadPoolExecutor, connections: list[load.Connection], number: int) -> str:
    sent = load.request(
        "POST",
        "/orders",
        json.dumps({"customer": f"c-{number}"}).encode(),
        headers=[f"Idempotency-Key: equal-{number}"],
    )
    statuses = set(pool.map(lambda connection: _asked(connection, sent), connections))
    bodies = {connection.body for connection in connections}
    if statuses != {HTTPStatus.ACCEPTED} or len(bodies) != 1:
        raise ValueError(f"round {number} was answered {statuses} {bodies}")
    order_id: str = json.loads(bodies.pop())["orderID"]
    return order_id


def _asked(connection: load.Connection, sent: bytes) -> int:
    for _ in range(ATTEMPTS):
        if (status := connection.ask(sent)) != HTTPStatus.SERVICE_UNAVAILABLE:
            break
        time.sleep(RETRY_AFTER_S)
    return status


def _until_all_notified(system: LocalSystem, order_ids: list[str]) -> None:
    token = system.token()
    deadline = time.monotonic() + WITHIN_S
    for order_id in order_ids:
        while True:
            _, order = system.request("GET", f"/orders/{order_id}", Authorization=token)
            if order["status"] == "notified":
                break
            if time.monotonic() > deadline:
                raise TimeoutError(f"order {order_id} is {order['status']}")


def _stored(system: LocalSystem) -> int:
    client = aws_of(system.config).client("dynamodb")
    pages = client.get_paginator("scan").paginate(TableName=system.outputs["OrdersTable"])
    return sum(page["Count"] for page in pages)


def _subscribed(system: LocalSystem) -> str:
    """The URL of a queue that gets what the orders' topic sends."""
    cloud = aws_of(system.config)
    url: str = cloud.client("sqs").create_queue(QueueName="bench-mailbox")["QueueUrl"]
    arn = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
    cloud.client("sns").subscribe(
        TopicArn=system.outputs["OrdersTopicArn"],
        Protocol="sqs",
        Endpoint=arn["Attributes"]["QueueArn"],
    )
    return url


def _mails(system: LocalSystem, url: str) -> int:
    client = aws_of(system.config).client("sqs")
    name = "ApproximateNumberOfMessages"
    asked = client.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
    return int(asked["Attributes"][name])


def _row(what: str, effects: int, measured: str) -> Row:
    return Row(
        what=f"{what} of {ROUNDS} keys, each posted {EQUAL} times at once",
        measured=measured,
        ratio=effects / ROUNDS,
        against="key",
        target=Target(at_least=1, at_most=1),
    )
