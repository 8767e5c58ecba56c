"""The logs workload on the emulator, and a mapping that invokes process_logs as Lambda's would."""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

import msgspec
from botocore.awsrequest import AWSResponse
from support.clouds import RESOURCES
from support.events import Context, api_event, delivered_record
from support.failpoints import Fault, _Raw
from support.wirings import running_on

import app
from chalicelib.aws import API, Aws
from chalicelib.aws.attributes import Item, from_attributes
from chalicelib.settings import api_settings
from chalicelib.wiring import Wiring

MAX_RECEIVES = 5
LOGS = next(table.name for table in RESOURCES.tables if table.output == "LogsTable")
QUEUE = next(queue for queue in RESOURCES.queues if queue.variable == "LOGS_QUEUE_URL")
CLAIMS = next(bucket.name for bucket in RESOURCES.buckets if bucket.variable == "CLAIMS_BUCKET")


class LogsCloud:
    """One cloud's logs, with open intake. `deliveries` counts each message's."""

    def __init__(self, cloud: Aws, running: ExitStack, **settings: Any) -> None:
        self.cloud = cloud
        self.sqs, self.dynamodb = cloud.client("sqs"), cloud.client("dynamodb")
        self.queue_url = self.sqs.get_queue_url(QueueName=QUEUE.name)["QueueUrl"]
        self.dlq_url = self.sqs.get_queue_url(QueueName=QUEUE.dead_letter_name)["QueueUrl"]
        self.pauses: list[float] = []
        self.deliveries: dict[str, int] = {}
        self._redrive_policy()
        changed = {"logs_queue_url": self.queue_url, "open_intake": True, **settings}
        self._settings = msgspec.structs.replace(
            api_settings(), partial_batch_responses=True, **changed
        )
        self._running = running
        self.run_on(cloud)

    def run_on(self, cloud: Any) -> None:
        """Let the app run on another cloud, in a new process."""
        self.wiring = Wiring(self._settings, aws=cloud, pause=self.pauses.append)
        self._running.enter_context(running_on(self.wiring))

    def ingest(self, records: Any, media_type: str = "application/json") -> tuple[int, Any]:
        """Post records; bytes are sent as they are."""
        body = records.decode() if isinstance(records, bytes) else json.dumps(records)
        headers = {"content-type": media_type}
        event = api_event("POST", "/ingest", body=body, sub=None, headers=headers)
        answer = app.app(event, Context())
        return answer["statusCode"], json.loads(answer["body"])

    def send(self, *bodies: str) -> None:
        """Put messages into the queue as they are."""
        for start in range(0, len(bodies), 10):
            entries = [
                {"Id": str(n), "MessageBody": body}
                for n, body in enumerate(bodies[start : start + 10])
            ]
            self.sqs.send_message_batch(QueueUrl=self.queue_url, Entries=entries)

    def received(self) -> list[dict[str, Any]]:
        """A batch, hidden until it is deleted or given back."""
        return self._receive(self.queue_url)

    def invoke(self, records: Sequence[dict[str, Any]]) -> list[str]:
        """Invoke the function with a batch; answers the ids that it reports."""
        for record in records:
            name = record["messageId"]
            self.deliveries[name] = self.deliveries.get(name, 0) + 1
        answer = app.process_logs({"Records": list(records)}, Context())
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def drain(self) -> None:
        """Deliver until the queue is empty: what succeeds is deleted, what fails comes again."""
        while records := self.received():
            failed = set(self.invoke(records))
            self.settle(records, failed)

    def settle(self, records: Sequence[dict[str, Any]], failed: set[str]) -> None:
        """Delete what succeeded, and give what failed back at once."""
        done = [record for record in records if record["messageId"] not in failed]
        self._delete(self.queue_url, done)
        for record in records:
            if record["messageId"] in failed:
                self.sqs.change_message_visibility(
                    QueueUrl=self.queue_url,
                    ReceiptHandle=record["receiptHandle"],
                    VisibilityTimeout=0,
                )

    def dead_letters(self) -> list[str]:
        """The bodies of the dead letters, taken out."""
        bodies: list[str] = []
        while messages := self._receive(self.dlq_url):
            self._delete(self.dlq_url, messages)
            bodies += [message["body"] for message in messages]
        return bodies

    def stored(self) -> list[Item]:
        """Every item of the table."""
        pages = self.dynamodb.get_paginator("scan").paginate(TableName=LOGS)
        return [from_attributes(item) for page in pages for item in page["Items"]]

    def counters(self) -> dict[str, int]:
        """What was counted for operators."""
        return self.wiring.state(API).counters()

    def _receive(self, url: str) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, MessageSystemAttributeNames=["All"]
        )
        return [delivered_record(message) for message in answer.get("Messages", [])]

    def _delete(self, url: str, records: Sequence[dict[str, Any]]) -> None:
        entries = [
            {"Id": str(number), "ReceiptHandle": record["receiptHandle"]}
            for number, record in enumerate(records)
        ]
        if entries:
            answer = self.sqs.delete_message_batch(QueueUrl=url, Entries=entries)
            assert not answer.get("Failed")  # the emulator sends an empty list

    def _redrive_policy(self) -> None:
        names = ["QueueArn"]
        dlq = self.sqs.get_queue_attributes(QueueUrl=self.dlq_url, AttributeNames=names)
        policy = {
            "deadLetterTargetArn": dlq["Attributes"]["QueueArn"],
            "maxReceiveCount": str(MAX_RECEIVES),
        }
        attributes = {"RedrivePolicy": json.dumps(policy)}
        self.sqs.set_queue_attributes(QueueUrl=self.queue_url, Attributes=attributes)


def texts(count: int, **more: Any) -> list[dict[str, Any]]:
    """Records without a log_id."""
    return [{"tenant_id": "acme", "text": f"line {n}", **more} for n in range(count)]


def mixed(things: list[Any]) -> None:
    """Out of order, the same way each time."""
    random.Random(1).shuffle(things)  # noqa: S311 a test's dice


def log_ids(items: Sequence[Item]) -> Counter[str]:
    """How often each log_id is there."""
    return Counter(item["log_id"] for item in items)


def into_logs(fault: Fault) -> Fault:
    """The fault, for inserts into the table of logs alone; markers are inserted as they are."""

    def of_logs(client: Any, request: Any) -> AWSResponse | None:
        statements = json.loads(request.body)["Statements"]
        return fault(client, request) if f'"{LOGS}"' in statements[0]["Statement"] else None

    return of_logs


def throttled_inserts(chosen: Callable[[Item], bool]) -> Fault:
    """BatchExecuteStatement inserts all logs but the chosen ones, which it says to be throttled."""

    def fault(client: Any, request: Any) -> AWSResponse:
        statements = json.loads(request.body)["Statements"]
        left = [chosen(_inserted(statement)) for statement in statements]
        taken = [
            statement for statement, is_left in zip(statements, left, strict=True) if not is_left
        ]
        responses = iter(_insert(client, request, taken) if taken else [])
        throttled = {"Error": {"Code": "ThrottlingError", "Message": "slow down"}}
        answer = {"Responses": [throttled if is_left else next(responses) for is_left in left]}
        return AWSResponse(request.url, 200, {}, _Raw(json.dumps(answer).encode()))

    return into_logs(fault)


def _insert(client: Any, request: Any, statements: list[dict[str, Any]]) -> list[dict[str, Any]]:
    request.body = json.dumps({"Statements": statements}).encode()
    request.headers["Content-Length"] = str(len(request.body))
    answer = client._endpoint.http_session.send(request)
    responses: list[dict[str, Any]] = json.loads(answer.content)["Responses"]
    return responses


def _inserted(statement: dict[str, Any]) -> Item:
    names = re.findall(r"'([^']+)': \?", statement["Statement"])
    return from_attributes(dict(zip(names, statement["Parameters"], strict=True)))
