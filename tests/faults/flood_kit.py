"""Senders of log records and orders against a running system, and what the system then holds."""

import json
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection
from typing import Any, NamedTuple

from support.local_system import LocalSystem, aws_of
from support.waiting import until

from chalicelib.aws.attributes import from_attributes
from infra.local.config import HOST

DRAINED_WITHIN_S = 60
REQUEST_TIMEOUT_S = 10
PATIENCE = 5


class Answer(NamedTuple):
    """An answer to one request; `headers` are in lower case."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def log_ids(self) -> list[str]:
        """What an intake took."""
        return [
            result["log_id"] for result in self.body["results"] if result["status"] == "accepted"
        ]


def post(system: LocalSystem, path: str, body: bytes, **headers: str) -> Answer:
    """One request over a connection of its own; header names have `_` for `-`."""
    sent = {"Content-Type": "application/json"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    connection = HTTPConnection(HOST, system.config.port, timeout=REQUEST_TIMEOUT_S)
    try:
        connection.request("POST", path, body, sent)
        answer = connection.getresponse()
        received = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, received, json.loads(answer.read()))
    finally:
        connection.close()


def post_patiently(system: LocalSystem, path: str, body: bytes, **headers: str) -> Answer:
    """As `post`; what is refused with a 503, as on a busy machine, is sent again when told."""
    for _ in range(PATIENCE):
        answer = post(system, path, body, **headers)
        if answer.status != HTTPStatus.SERVICE_UNAVAILABLE:
            break
        time.sleep(int(answer.headers["retry-after"]))
    return answer


def lines(tenant: str, texts: Sequence[str]) -> bytes:
    """Records as NDJSON."""
    return "\n".join(json.dumps({"tenant_id": tenant, "text": text}) for text in texts).encode()


def at_once(calls: Sequence[Any]) -> list[Any]:
    """What all calls answer; they begin together."""
    gate = threading.Barrier(len(calls))

    def run(call: Any) -> Any:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@contextmanager
def halted_processing(system: LocalSystem) -> Iterator[None]:
    """The event sources stand still; nothing of theirs is lost."""
    pid = system.pid("events")
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def stored(system: LocalSystem, tenant: str) -> list[dict[str, Any]]:
    """All items of a tenant's partition."""
    pages = (
        aws_of(system.config)
        .client("dynamodb")
        .get_paginator("query")
        .paginate(
            TableName=system.outputs["LogsTable"],
            KeyConditionExpression="tenant_id = :t",
            ExpressionAttributeValues={":t": {"S": tenant}},
        )
    )
    return [from_attributes(item) for page in pages for item in page["Items"]]


def waiting(system: LocalSystem, url: str) -> int:
    """How many messages a queue and its dead-letter queue hold, in flight ones too."""
    sqs = aws_of(system.config).client("sqs")
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = (
        sqs.get_queue_attributes(QueueUrl=item, AttributeNames=names)["Attributes"]
        for item in (url, f"{url}-dlq")
    )
    return sum(int(value) for attributes in found for value in attributes.values())


def until_drained(system: LocalSystem, output: str) -> None:
    """Wait until nothing waits in a queue, nor among its dead letters."""
    url = system.outputs[output]
    until(lambda: not waiting(system, url), DRAINED_WITHIN_S, f"the end of {output}'s backlog")
