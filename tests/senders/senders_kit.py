"""The logs of the whole local system as a sender and its operator see them."""

import http.client
import json
import os
import signal
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any, NamedTuple

import boto3
from boto3.dynamodb.types import TypeDeserializer
from support.local_system import LocalSystem
from support.waiting import until

from infra.local.config import CREDENTIALS, HOST, REGION

NDJSON = "application/x-ndjson"
DEPTHS = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
QUEUE_SETTINGS = ("VisibilityTimeout", "MessageRetentionPeriod", "RedrivePolicy")
A_LOOK_S = 0.05  # more often would slow down what is waited for
A_POLL_S = 1.3  # the event sources poll for one second; then no poll of a stopped one is open
STORED_WITHIN_S = 150  # a deadline for a busy machine: usually it is a second

_plain = TypeDeserializer().deserialize


class Sender(NamedTuple):
    """A tenant and one of its keys."""

    tenant_id: str
    key: str

    @property
    def bearer(self) -> str:
        """The header `Authorization` of its requests."""
        return f"Bearer {self.key}"


class Answer(NamedTuple):
    """A response; header names are in lower case."""

    status: int
    headers: dict[str, str]
    body: Any


class Depth(NamedTuple):
    """How many messages a queue and its dead-letter queue hold."""

    waiting: int
    in_flight: int
    dead: int


class Logs:
    """The log pipeline of a running system."""

    def __init__(self, system: LocalSystem) -> None:
        self.system = system
        self.dynamodb = self.client("dynamodb")
        self.sqs = self.client("sqs")
        self.table = system.outputs["LogsTable"]
        self.queue_url = system.outputs["LogsQueueUrl"]

    @cached_property
    def token(self) -> str:
        """The demo user's: an operator, of the tenant acme."""
        return self.system.token()

    def client(self, service: str) -> Any:
        """A boto3 client of the local endpoint, as the evaluator's would be."""
        return boto3.client(
            service,
            endpoint_url=self.system.outputs["AwsEndpointUrl"],
            region_name=REGION,
            aws_access_key_id=CREDENTIALS[0],
            aws_secret_access_key=CREDENTIALS[1],
        )

    def operate(self, method: str, path: str, body: Any = None) -> Any:
        """What an operator's request answers; it must succeed."""
        status, answer = self.system.request(method, path, body, Authorization=self.token)
        assert status < 300, (status, answer)
        return answer

    def new_sender(self, **settings: Any) -> Sender:
        """A tenant of its own with a key, made through the operators' API."""
        tenant_id = f"t-{uuid.uuid4().hex[:12]}"
        new = {"tenant_id": tenant_id, "settings": settings}
        self.operate("POST", "/api/v1/tenants", new)
        made = self.operate("POST", f"/api/v1/tenants/{tenant_id}/keys")
        return Sender(tenant_id, made["key"])

    def post(self, path: str, body: bytes, media_type: str, **headers: str) -> Answer:
        """Send a body as it is. Header names have `_` for `-`."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection = http.client.HTTPConnection(HOST, self.system.config.port, timeout=30)
        try:
            connection.request("POST", path, body, {"Content-Type": media_type, **sent})
            answer = connection.getresponse()
            named = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, named, json.loads(answer.read() or b"null"))
        finally:
            connection.close()

    def count(self, tenant_id: str) -> int:
        """How many records a tenant has in the table."""
        pages = self._pages(tenant_id, Select="COUNT")
        return sum(page["Count"] for page in pages)

    def total(self) -> int:
        """How many records the table holds, of all tenants."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=self.table, Select="COUNT")
        return sum(page["Count"] for page in pages)

    def stored(self, tenant_id: str) -> list[dict[str, Any]]:
        """A tenant's items in the order of their sort keys."""
        return [
            {name: _plain(value) for name, value in item.items()}
            for page in self._pages(tenant_id)
            for item in page["Items"]
        ]

    def until_stored(self, tenant_id: str, count: int) -> list[dict[str, Any]]:
        """A tenant's items once nothing is on its way any more and there are `count` or more."""
        until(
            lambda: self._is_drained() and self.count(tenant_id) >= count,
            STORED_WITHIN_S,
            f"{count} records",
        )
        return self.stored(tenant_id)

    def until_drained(self) -> None:
        """Wait until the queue holds nothing, not in flight either."""
        until(self._is_drained, STORED_WITHIN_S, "an empty queue")

    def depth(self) -> Depth:
        """What the queue of the logs holds."""
        (dead,) = self._attributes(f"{self.queue_url}-dlq", DEPTHS[:1])
        return Depth(*self._attributes(self.queue_url, DEPTHS), dead)

    @contextmanager
    def quick_returns(self, visibility_s: int = 2) -> Iterator[None]:
        """What fails, or is held by a killed process, comes back sooner than after 30 s."""
        (usual,) = self._attributes(self.queue_url, ["VisibilityTimeout"])
        self._set_visibility(visibility_s)
        try:
            yield
        finally:
            self._set_visibility(usual)

    @contextmanager
    def without_queue(self, url: str) -> Iterator[None]:
        """A queue is deleted meanwhile, and then there as before, but empty."""
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
        kept = {name: answer["Attributes"][name] for name in QUEUE_SETTINGS}
        self.sqs.delete_queue(QueueUrl=url)
        try:
            yield
        finally:
            self.sqs.create_queue(QueueName=url.rpartition("/")[2], Attributes=kept)

    @contextmanager
    def processing_paused(self) -> Iterator[None]:
        """Nothing is taken off any queue meanwhile: its process is stopped, not ended."""
        pid = self.system.pid("events")
        os.kill(pid, signal.SIGSTOP)
        try:
            time.sleep(A_POLL_S)  # a poll that is open at the emulator would still take messages
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def kill_processing(self) -> None:
        """Kill the event sources; answers when another process has taken their place."""
        killed = self.system.pid("events")
        os.kill(killed, signal.SIGKILL)
        until(lambda: self.system.pid("events") not in (0, killed), 20, "another process")

    def _is_drained(self) -> bool:
        time.sleep(A_LOOK_S)
        return not any(self._attributes(self.queue_url, DEPTHS))

    def _pages(self, tenant_id: str, **more: Any) -> Any:
        return self.dynamodb.get_paginator("query").paginate(
            TableName=self.table,
            KeyConditionExpression="tenant_id = :tid",
            ExpressionAttributeValues={":tid": {"S": tenant_id}},
            ConsistentRead=True,
            **more,
        )

    def _attributes(self, url: str, names: list[str]) -> list[int]:
        answer = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)
        return [int(answer["Attributes"][name]) for name in names]

    def _set_visibility(self, seconds: int) -> None:
        attributes = {"VisibilityTimeout": str(seconds)}
        self.sqs.set_queue_attributes(QueueUrl=self.queue_url, Attributes=attributes)


def ndjson(records: list[Any]) -> bytes:
    """One JSON a line."""
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)
