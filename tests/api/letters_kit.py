"""The queues with their dead letters, and what an operator sees of them."""

from typing import Any

from support.clouds import ACCOUNT, REGION, RESOURCES

from chalicelib.aws import Aws
from chalicelib.aws.queue import Queue

SQS = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}"
NAMES = {
    "searches": "SEARCH_QUEUE_URL",
    "orders": "ORDERS_QUEUE_URL",
    "logs": "LOGS_QUEUE_URL",
    "jobs": "JOBS_QUEUE_URL",
    "webhooks": "WEBHOOKS_QUEUE_URL",
    "mail_events": "MAIL_EVENTS_QUEUE_URL",
}
URLS = {
    declared_queue.variable: f"{SQS}/{declared_queue.name}" for declared_queue in RESOURCES.queues
}


def queue(aws: Aws, name: str, *, dead: bool = False) -> Queue:
    """A queue by its operators' name, or its dead-letter queue."""
    url = URLS[NAMES[name]]
    return Queue(aws.client("sqs"), f"{url}-dlq" if dead else url)


def listed(operator: Any, name: str = "orders") -> dict[str, str]:
    """The ids of a queue's dead letters by their texts."""
    status, page = operator.send("GET", f"/api/v1/dead-letters/{name}")
    assert status == 200
    return {letter["body"]: letter["id"] for letter in page["letters"]}


def bodies(some: Queue) -> list[str]:
    """The texts of up to ten messages, which stay where they are."""
    return sorted(message.body for message in some.receive(wait_s=0, visibility_timeout_s=0))
