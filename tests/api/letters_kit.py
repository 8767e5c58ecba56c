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
}
URLS = {each.variable: f"{SQS}/{each.name}" for each in RESOURCES.queues}


def queue(aws: Aws, name: str, *, dead: bool = False) -> Queue:
    """A queue by its operators' name, or its dead-letter queue."""
    url = URLS[NAMES[name]]
    return Queue(aws.client("sqs"), f"{url}-dlq" if dead else url)


def listed(operator: Any, name: str = "orders") -> dict[str, str]:
    """The ids of a queue's dead letters by their texts."""
    status, page = operator.send("GET", f"/api/v1/dead-letters/{name}")
    assert status == 200
    return {each["body"]: each["id"] for each in page["letters"]}


def bodies(some: Queue) -> list[str]:
    """The texts of up to ten messages, which stay where they are."""
    return sorted(each.body for each in some.receive(wait_s=0, visibility_timeout_s=0))
