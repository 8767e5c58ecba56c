"""A stream of a test's own on the emulator, polled as Lambda's mapping polls it."""

import json
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError
from chalice import Chalice
from support.local_system import aws_of

from chalicelib.aws import Timeouts
from chalicelib.aws.state import State
from chalicelib.aws.table import Table
from infra.local.config import LocalConfig
from infra.local.event_sources.registry import build_all_pollers
from infra.local.event_sources.runner import Runner
from infra.local.event_sources.source import SourceDependencies, StreamSettings

CALL = Timeouts(connect_s=1, read_s=10, attempts=1)  # the emulator loads a service at first use
STOP_WITHIN_S = 10

Record = dict[str, Any]
Respond = Callable[[list[Record]], Any]


class Flow:
    """A stream with a failure queue, and what a handler saw of it.

    `batches` are the names of the records of each call, `records` all of them whole. A subclass
    creates the stream and sets `arn`.
    """

    service: str  # whose client creates the stream
    arn: str

    def __init__(self, config: LocalConfig, folder: Path) -> None:
        self.config = config
        self.folder = folder
        self.name = f"{self.service}-{uuid.uuid4().hex}"
        self.aws = aws_of(config)
        self.client = self.aws.client(self.service, CALL)
        self._sqs = self.aws.client("sqs")
        self.failures_url = self.create_failure_queue()
        self.lock = threading.Lock()
        self.batches: list[list[str]] = []
        self.records: list[Record] = []

    @staticmethod
    def name_of(record: Record) -> str:
        """What a test put into the record."""
        raise NotImplementedError

    @staticmethod
    def number_of(record: Record) -> str:
        """The record's sequence number."""
        raise NotImplementedError

    def register(self, app: Chalice, **options: Any) -> Callable[[Any], Any]:
        """Chalice's decorator of this stream's handler."""
        raise NotImplementedError

    def list_names(self) -> list[str]:
        """The names of what the service has."""
        raise NotImplementedError

    def is_up(self) -> bool:
        """Whether the emulator responds and still has the stream."""
        try:
            return self.name in self.list_names()
        except BotoCoreError:
            return False

    def create_failure_queue(self) -> str:
        """Its URL."""
        url: str = self._sqs.create_queue(QueueName=f"{self.name}-failures")["QueueUrl"]
        return url

    def delete_failure_queue(self) -> None:
        """Leave the mapping without the queue that its settings name."""
        self._sqs.delete_queue(QueueUrl=self.failures_url)

    def seen(self) -> Counter[str]:
        """How often the handler was given each record."""
        return Counter(name for names in list(self.batches) for name in names)

    def letters(self) -> list[dict[str, Any]]:
        """What is in the failure queue."""
        response = self._sqs.receive_message(
            QueueUrl=self.failures_url, MaxNumberOfMessages=10, VisibilityTimeout=0
        )
        return [json.loads(message["Body"]) for message in response.get("Messages", [])]

    def checkpoints(self) -> dict[str, dict[str, Any]]:
        """What is stored of each shard or lane."""
        files = list((self.folder / "checkpoints").glob("*.json"))
        stored = json.loads(files[0].read_text()) if files else {"shards": {}}
        shards: dict[str, dict[str, Any]] = stored["shards"]
        return shards

    def failures(self, records: list[Record]) -> dict[str, Any]:
        """What a handler returns that reports these records."""
        numbers = [self.number_of(record) for record in records]
        return {"batchItemFailures": [{"itemIdentifier": number} for number in numbers]}

    def fails(self, *names: str) -> Respond:
        """A handler that reports the records of these names."""
        return lambda records: self.failures(
            [record for record in records if self.name_of(record) in names]
        )

    @contextmanager
    def polled(
        self,
        respond: Respond | None = None,
        *,
        reports_failures: bool = True,
        settings: dict[str, Any] | None = None,
        around: dict[str, Any] | None = None,
        **options: Any,
    ) -> Iterator[Runner]:
        """Poll with a handler that keeps its records and returns `respond(records)`.

        `settings` are the mapping's, `around` is more of what the pollers get, `options` go to
        Chalice.
        """
        app = Chalice("test")

        @self.register(app, name="handler", **options)
        def handler(event: Any) -> Any:
            records = event.to_dict()["Records"]
            with self.lock:
                self.batches.append([self.name_of(record) for record in records])
                self.records += records
            return respond(records) if respond else None

        chosen = {"retries": 2, "failures_url": self.failures_url, **(settings or {})}
        dependencies = SourceDependencies(
            self.aws,
            self.config.endpoint_url,
            "us-east-1",
            reports_failures,
            checkpoints_dir=self.folder / "checkpoints",
            stream_settings={"handler": StreamSettings(**chosen)},
            **(around or {}),
        )
        with running(app, dependencies):
            yield

    def create_state(self) -> State:
        """The heartbeats in a table of this flow's own."""
        keys = [("pk", "HASH"), ("sk", "RANGE")]
        name, dynamodb = f"{self.name}-state", self.aws.client("dynamodb")
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in keys],
            AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key, _ in keys],
            BillingMode="PAY_PER_REQUEST",
        )
        return State(Table(dynamodb, name))


@contextmanager
def running(app: Chalice, dependencies: SourceDependencies) -> Iterator[Runner]:
    """Poll for the app's handlers, and stop in time."""
    runner = Runner(build_all_pollers(app, dependencies))
    runner.start()
    try:
        yield runner
    finally:
        assert runner.stop(STOP_WITHIN_S)
