"""What the system holds at the end, read behind its API."""

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from chalicelib.analytics import part
from chalicelib.analytics.model import ArchivedSearch
from chalicelib.aws.attributes import from_attributes
from chalicelib.aws.bucket import Bucket
from chalicelib.aws.queue import Queue
from tests.kills import letters
from tests.kills.killing import Kill
from tests.kills.load import TENANTS
from tests.kills.search_log import read_log
from tests.kills.snapshot import Places, Snapshot
from tests.support.local_system import LocalSystem, aws_of

LOGS, ORDERS, SEARCHES = "LogsQueueUrl", "OrdersQueueUrl", "SearchQueueUrl"
QUEUES = (ORDERS, LOGS, SEARCHES)
# What a killed process held comes back after its queue's visibility timeout, two minutes at most.
DRAINED_WITHIN_S = 300
LOOK_AGAIN_S = 0.5


class Stored:
    """The queues, tables, mails and archive of a running system."""

    def __init__(self, system: LocalSystem) -> None:
        self._system = system
        aws = aws_of(system.config)
        self._sqs, self._sns = aws.client("sqs"), aws.client("sns")
        self._dynamodb, self._s3 = aws.client("dynamodb"), aws.client("s3")
        # The page of mails keeps 500: this mailbox keeps all.
        self._mailbox = Queue(
            self._sqs, self._sqs.create_queue(QueueName="kills-mailbox")["QueueUrl"]
        )

    def prepare(self, visibility_s: int | None) -> None:
        """Subscribe the mailbox; set another visibility timeout of orders and logs, if given."""
        arn = self._sqs.get_queue_attributes(
            QueueUrl=self._mailbox.url, AttributeNames=["QueueArn"]
        )["Attributes"]["QueueArn"]
        self._sns.subscribe(
            TopicArn=self._system.outputs["OrdersTopicArn"], Protocol="sqs", Endpoint=arn
        )
        if visibility_s is not None:
            for output in (ORDERS, LOGS):  # the worker sets that of the searches with each receive
                self._sqs.set_queue_attributes(
                    QueueUrl=self._system.outputs[output],
                    Attributes={"VisibilityTimeout": str(visibility_s)},
                )

    def wait_until_drained(self) -> None:
        """Wait until the queues are empty and every order is announced, five minutes at most."""
        deadline = time.monotonic() + DRAINED_WITHIN_S
        while self._is_busy() and time.monotonic() < deadline:
            time.sleep(LOOK_AGAIN_S)

    def read(self, kills: Sequence[Kill]) -> Snapshot:
        """All of it; to be called once, since it hides the messages that it reads."""
        claims = Bucket(self._s3, self._system.outputs["ClaimsBucket"], "the bucket of claims")
        killed_at = [kill.at for kill in kills if kill.part == "gateway"]
        return Snapshot(
            unsettled=sum(sum(self._queue(output).counts()) for output in QUEUES),
            orders=[dict(item) for item in self._scan("OrdersTable")],
            order_letters=self._letters(ORDERS, letters.find_orders),
            mails=self._mails(),
            logs=self._logs(),
            log_letters=self._letters(LOGS, letters.find_logs(claims)),
            archived=list(self._archived()),
            search_letters=self._letters(SEARCHES, letters.find_searches),
            search_log=read_log(self._system.config.logs_dir / "gateway.log", killed_at),
            counters=self._counters(),
        )

    def keys(self) -> set[str]:
        """The orders and the log records that are stored."""
        orders = {str(item["orderID"]) for item in self._scan("OrdersTable")}
        return orders | {log_id for _, log_id, _ in self._logs()}

    def _logs(self) -> Counter[tuple[str, str, str]]:
        return Counter(
            (item["tenant_id"], item["log_id"], item["text"].split(" ")[0])
            for item in self._scan("LogsTable")
            if item["tenant_id"] in TENANTS
        )

    def _mails(self) -> Counter[str]:
        bodies = [json.loads(message.body) for message in letters.read_messages(self._mailbox)]
        return Counter(body["MessageAttributes"]["orderID"]["Value"] for body in bodies)

    def _archived(self) -> Iterator[ArchivedSearch]:
        bucket = Bucket(self._s3, self._system.outputs["AnalyticsBucket"])
        for listed in bucket.list("searches/"):
            yield from part.decompress(bucket.get(listed.key)).events

    def _letters(self, output: str, find: Any) -> Places[Any]:
        queues = (self._queue(output), self._queue(output, "-dlq"))
        return Places(*(letters.decode(letters.read_messages(queue), find) for queue in queues))

    def _counters(self) -> dict[str, int]:
        token = self._system.token()
        status, answer = self._system.request("GET", "/api/v1/pipeline", Authorization=token)
        assert status == 200, answer
        return {**answer["losses"], **answer["unknown"]}

    def _queue(self, output: str, ending: str = "") -> Queue:
        return Queue(self._sqs, f"{self._system.outputs[output]}{ending}")

    def _is_busy(self) -> bool:
        return any(sum(self._queue(output).counts()) for output in QUEUES) or any(
            "announcement" in item for item in self._scan("OrdersTable")
        )

    def _scan(self, output: str) -> Iterator[dict[str, Any]]:
        pages = self._dynamodb.get_paginator("scan").paginate(
            TableName=self._system.outputs[output]
        )
        return (from_attributes(item) for page in pages for item in page["Items"])
