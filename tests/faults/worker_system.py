"""A queue and a bucket of a test's own, and workers on them, for the fault tests."""

import json
import os
import signal
import subprocess
import sys
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chalicelib.analytics import part
from chalicelib.analytics.model import SearchesQuery
from chalicelib.analytics.service import Analytics
from chalicelib.analytics.store import Archive
from chalicelib.aws import Aws
from chalicelib.aws.bucket import Bucket
from chalicelib.settings import AwsSettings, worker_settings
from chalicelib.web.call import Call
from chalicelib.web.principal import Principal
from worker.archiver import Archiver, connect

ROOT = Path(__file__).parents[2]
FAILPOINTS = Path(__file__).with_name("worker_failpoints.py")
STATE_TABLE = "OmniState"
OPERATOR = Call(request_id="r", caller=Principal("op-1", "", frozenset({"operator"}), None))
AT = datetime(2026, 1, 2, 3, 59, tzinfo=UTC)


class System:
    """A queue with a dead-letter queue, a bucket, the state table, and what is in them."""

    def __init__(self, url, directory, max_receive_count=1_000):
        self.name = f"omni-{uuid.uuid4().hex[:12]}"
        self.variables = {
            "STAGE": "local",
            "AWS_ENDPOINT_URL": url,
            "AWS_REGION": "us-east-1",
            "SQS_URL": f"{url}/000000000000/{self.name}",
            "BUCKET_NAME": self.name,
            "STATE_TABLE": STATE_TABLE,
            "HEALTH_FILE": str(directory / "health"),
            "WORKER_ID": self.name,
            "FLUSH_RECORDS": "50",
            "FLUSH_AFTER_S": "0.5",
            "VISIBILITY_TIMEOUT_S": "2",
        }
        self.aws = self.new_session()
        self.sqs, self.s3 = self.aws.client("sqs"), self.aws.client("s3")
        self.dlq_url = self.sqs.create_queue(QueueName=f"{self.name}-dlq")["QueueUrl"]
        self._redrive = {
            "deadLetterTargetArn": f"arn:aws:sqs:us-east-1:000000000000:{self.name}-dlq",
            "maxReceiveCount": max_receive_count,
        }
        self.create_queue()
        self.s3.create_bucket(Bucket=self.name)
        self.bucket = Bucket(self.s3, self.name)
        self._create_state()

    def new_session(self):
        endpoint = self.variables["AWS_ENDPOINT_URL"]
        return Aws(
            AwsSettings(region="us-east-1", endpoint_url=endpoint, credentials=("test", "test"))
        )

    def create_queue(self):
        attributes = {"RedrivePolicy": json.dumps(self._redrive)}
        self.sqs.create_queue(QueueName=self.name, Attributes=attributes)

    def _create_state(self):
        client = self.aws.client("dynamodb")
        if STATE_TABLE in client.list_tables()["TableNames"]:
            return
        names = [("pk", "HASH"), ("sk", "RANGE")]
        client.create_table(
            TableName=STATE_TABLE,
            KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in names],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n, _ in names],
            BillingMode="PAY_PER_REQUEST",
        )

    # --- in ---

    def send(self, events):
        bodies = [event if isinstance(event, str) else json.dumps(event) for event in events]
        for start in range(0, len(bodies), 10):
            ten = bodies[start : start + 10]
            entries = [{"Id": str(n), "MessageBody": body} for n, body in enumerate(ten)]
            self.sqs.send_message_batch(QueueUrl=self.variables["SQS_URL"], Entries=entries)

    # --- workers ---

    @contextmanager
    def process(self, failpoint=None, **variables):
        """A worker as a process of its own, with a fail-point if one is named."""
        command = ["-m", "worker"] if failpoint is None else [str(FAILPOINTS), failpoint]
        environment = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}",
            **self.variables,
            **variables,
        }
        process = subprocess.Popen(  # noqa: S603 our own program
            [sys.executable, *command], env=environment, cwd=ROOT, start_new_session=True
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()
            process.wait(10)

    @contextmanager
    def thread(self, aws=None, **variables):
        """A worker in this process; `aws` may have fail-points on its events."""
        settings = worker_settings({**self.variables, **variables})
        archiver = Archiver(settings, connect(settings, aws or self.new_session()))
        archiver.start()
        try:
            yield archiver
        finally:
            archiver.stop()

    # --- out ---

    def depth(self):
        """Messages that wait and messages that are held."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.sqs.get_queue_attributes(
            QueueUrl=self.variables["SQS_URL"], AttributeNames=names
        )
        return tuple(int(answer["Attributes"][name]) for name in names)

    def is_drained(self):
        return self.depth() == (0, 0)

    def dead(self):
        answer = self.sqs.get_queue_attributes(
            QueueUrl=self.dlq_url, AttributeNames=["ApproximateNumberOfMessages"]
        )
        return int(answer["Attributes"]["ApproximateNumberOfMessages"])

    def rows(self):
        """Every line of the archive, repeats included."""
        listed = self.bucket.list("searches/")
        return [
            e for resource in listed for e in part.decompress(self.bucket.get(resource.key)).events
        ]

    def report(self):
        """The deduplicated view of the events that `events` makes."""
        query = SearchesQuery("2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z")
        return Analytics(Archive(self.bucket), lambda: AT).searches(query, OPERATOR)


def events(count):
    """Search events over two hours, each found but every third."""
    return [
        {
            "user": f"u-{number % 7}",
            "action": "search",
            "event_id": f"e-{number:05}",
            "at": (AT + timedelta(seconds=number)).isoformat(),
            "found": number % 3 != 0,
            "request_id": f"r-{number}",
            "v": 1,
        }
        for number in range(count)
    ]


def ids(rows):
    return sorted({row.event_id for row in rows})


def sent_ids(sent):
    return [message["event_id"] for message in sent]


def on_call(aws, event, handler):
    """Have every client of `aws` call `handler` at a botocore event."""
    aws.session.get_component("event_emitter").register(event, handler)


def die():
    os.kill(os.getpid(), signal.SIGKILL)
