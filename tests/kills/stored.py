"""What the system holds at the end, read behind its API."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from chalicelib.analytics import part
from chalicelib.aws.attributes import from_attributes
from chalicelib.aws.bucket import Bucket
from tests.kills.load import TENANTS
from tests.support.local_system import LocalSystem, aws_of
from tests.support.waiting import until

QUEUES = ("OrdersQueueUrl", "LogsQueueUrl", "SearchQueueUrl")
# What a killed process held comes back after its queue's visibility timeout, two minutes at most.
DRAINED_WITHIN_S = 300
DEPTH = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


class Stored:
    """The queues, tables, mails and archive of a running system."""

    def __init__(self, system: LocalSystem) -> None:
        self._system = system
        aws = aws_of(system.config)
        self._sqs, self._sns = aws.client("sqs"), aws.client("sns")
        self._dynamodb, self._s3 = aws.client("dynamodb"), aws.client("s3")
        # The page of mails keeps 500: this mailbox keeps all.
        self._mailbox_url = self._sqs.create_queue(QueueName="kills-mailbox")["QueueUrl"]

    def prepare(self) -> None:
        """Subscribe the mailbox."""
        self._sns.subscribe(
            TopicArn=self._system.outputs["OrdersTopicArn"],
            Protocol="sqs",
            Endpoint=self._attributes(self._mailbox_url, "QueueArn")["QueueArn"],
        )

    def until_drained(self) -> None:
        """Wait until nothing waits in a queue, and every order is announced."""
        until(lambda: not any(map(self._depth, self._urls())), DRAINED_WITHIN_S, "empty queues")
        until(lambda: not self._unannounced(), DRAINED_WITHIN_S, "every announcement")

    def orders(self) -> Counter[str]:
        """How often each order is in its table."""
        return Counter(item["orderID"] for item in self._scan("OrdersTable"))

    def logs(self) -> Counter[tuple[str, str, str]]:
        """How often each record is stored: its partition, its log_id, the tenant in its text."""
        return Counter(
            (item["tenant_id"], item["log_id"], item["text"].split(" ")[0])
            for item in self._scan("LogsTable")
            if item["tenant_id"] in TENANTS
        )

    def keys(self) -> set[str]:
        """The orders and the log records that are stored."""
        return {*self.orders(), *(log_id for _, log_id, _ in self.logs())}

    def mails(self) -> Counter[str]:
        """How many mails each order has; to be called once."""
        found: Counter[str] = Counter()
        while messages := self._sqs.receive_message(
            QueueUrl=self._mailbox_url, MaxNumberOfMessages=10, VisibilityTimeout=600
        ).get("Messages"):
            for message in messages:
                attributes = json.loads(message["Body"])["MessageAttributes"]
                found[attributes["orderID"]["Value"]] += 1
        return found

    def searches(self) -> dict[str, set[str]]:
        """The event ids of each archived search by its user."""
        found: dict[str, set[str]] = {}
        bucket = Bucket(self._s3, self._system.outputs["AnalyticsBucket"])
        for listed in bucket.list("searches/"):
            for event in part.decompress(bucket.get(listed.key)).events:
                found.setdefault(event.user, set()).add(event.event_id)
        return found

    def dead_letters(self) -> dict[str, int]:
        """What failed for good, by the outputs of the queues."""
        counts = {output: self._depth(f"{self._system.outputs[output]}-dlq") for output in QUEUES}
        return {output: count for output, count in counts.items() if count}

    def notified_at(self, order_id: str) -> tuple[str, str]:
        """When an order was accepted and when it was marked as notified."""
        token = self._system.token()
        order = self._system.request("GET", f"/orders/{order_id}", Authorization=token)[1]
        steps = {step["status"]: step["at"] for step in order["timeline"]}
        return steps["queued"], steps["notified"]

    def counters(self) -> dict[str, int]:
        """What the pipeline route says was lost."""
        token = self._system.token()
        answer = self._system.request("GET", "/api/v1/pipeline", Authorization=token)[1]
        counters: dict[str, int] = {**answer["losses"], **answer["counts"]}
        return counters

    def _urls(self) -> list[str]:
        return [self._system.outputs[output] for output in QUEUES]

    def _depth(self, url: str) -> int:
        return sum(map(int, self._attributes(url, *DEPTH).values()))

    def _attributes(self, url: str, *names: str) -> dict[str, str]:
        found: dict[str, str] = self._sqs.get_queue_attributes(
            QueueUrl=url, AttributeNames=list(names)
        )["Attributes"]
        return found

    def _unannounced(self) -> bool:
        return any("announcement" in item for item in self._scan("OrdersTable"))

    def _scan(self, output: str) -> Iterator[dict[str, Any]]:
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._system.outputs[output]
        )
        return (from_attributes(item) for page in pages for item in page["Items"])
