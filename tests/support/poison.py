"""Orders that their function refuses at every attempt, until their queue gives them up."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from infra.local.event_sources.source import SourceDependencies
from tests.support.local_system import LocalSystem, aws_of
from tests.support.waiting import until

GIVEN_UP_WITHIN_S = 60


def make_poison(order_id: str) -> dict[str, Any]:
    """A message of a version that this release does not know."""
    return make_message(order_id) | {"v": 2}


def make_message(order_id: str) -> dict[str, Any]:
    """An order as it is in the queue."""
    return {
        "kind": "omnidata.order",
        "v": 1,
        "orderID": order_id,
        "placed_by": "ada",
        "queued_at": "2026-11-28T14:01:02.000Z",
        "order": {"customer": "Ada"},
    }


@contextmanager
def hasty_orders(system: LocalSystem) -> Iterator[None]:
    """While open, what failed is tried again after a second and not after half a minute."""
    queues, url = aws_of(system.config).client("sqs"), system.outputs["OrdersQueueUrl"]
    name = "VisibilityTimeout"
    asked = queues.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
    queues.set_queue_attributes(QueueUrl=url, Attributes={name: "1"})
    time.sleep(SourceDependencies.long_poll_s)  # a poll that began before has the timeout of then
    try:
        yield
    finally:
        queues.set_queue_attributes(QueueUrl=url, Attributes={name: asked["Attributes"][name]})


def poison_orders(system: LocalSystem, orders: Sequence[object]) -> None:
    """Send these to the orders' queue, and wait until all are among its dead letters."""
    queues, url = aws_of(system.config).client("sqs"), system.outputs["OrdersQueueUrl"]

    def count_dead() -> int:
        name = "ApproximateNumberOfMessages"
        asked = queues.get_queue_attributes(QueueUrl=f"{url}-dlq", AttributeNames=[name])
        return int(asked["Attributes"][name])

    wanted = count_dead() + len(orders)
    with hasty_orders(system):
        for order in orders:
            queues.send_message(QueueUrl=url, MessageBody=json.dumps(order))
        until(lambda: count_dead() >= wanted, GIVEN_UP_WITHIN_S, "dead letters")
