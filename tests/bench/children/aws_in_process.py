"""SQS, S3 and DynamoDB below botocore: it signs, serializes and parses, and no socket is opened.

Every call of a service takes the same time, whatever the number of calls in flight.
"""

import json
import threading
import time
from collections import Counter

from botocore.awsrequest import AWSResponse
from botocore.httpsession import URLLib3Session

EVENT = (
    '{"user":"ada@example.org","event_id":"%032x","at":"2026-01-31T09:30:00.123456Z","found":true,'
    '"request_id":"c6af9ac6-7b61-11e6-9a41-93e8deadbeef","action":"search","v":1}'
)


class Stub:
    """A queue of `messages` search events, and a bucket that keeps nothing."""

    def __init__(self, messages, sqs_s, s3_s):
        self.requests = Counter()
        self.all_deleted = threading.Event()
        self._messages = messages
        self._sqs_s = sqs_s
        self._s3_s = s3_s
        self._sent = 0
        self._deleted = 0
        self._lock = threading.Lock()

    def install(self):
        """Answer every botocore client of this process."""
        URLLib3Session.send = lambda _session, request: self.answer(request)

    def answer(self, request):
        """The answer to one signed request."""
        target = request.headers.get("X-Amz-Target", b"")
        operation = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
        with self._lock:
            self.requests[operation or request.method] += 1
        if not operation:
            wait(self._s3_s)
            return respond(request, b"", {"ETag": '"d41d8cd98f00b204e9800998ecf8427e"'})
        handle = getattr(self, f"_{operation}", lambda _parameters: {})
        wait(self._sqs_s)
        return respond(request, json.dumps(handle(json.loads(request.body))).encode(), {})

    def _ReceiveMessage(self, parameters):  # noqa: N802 the operation's name
        with self._lock:
            first = self._sent
            self._sent = min(self._messages, first + parameters["MaxNumberOfMessages"])
            last = self._sent
        if first == last:
            self.all_deleted.wait(parameters["WaitTimeSeconds"])
            return {}
        return {"Messages": [_message(number) for number in range(first, last)]}

    def _DeleteMessage(self, _parameters):  # noqa: N802 the operation's name
        self._count_deleted(1)
        return {}

    def _DeleteMessageBatch(self, parameters):  # noqa: N802 the operation's name
        self._count_deleted(len(parameters["Entries"]))
        return {
            "Successful": [{"Id": entry["Id"]} for entry in parameters["Entries"]],
            "Failed": [],
        }

    def _count_deleted(self, messages):
        with self._lock:
            self._deleted += messages
            if self._deleted >= self._messages:
                self.all_deleted.set()


def figures(stub, messages, work):
    """What `work` costs until all messages are deleted: messages/s, CPU ms and calls a message."""
    started, started_cpu = time.perf_counter(), time.process_time()
    work()
    if not stub.all_deleted.wait(60):
        raise SystemExit(f"the queue was not drained: {stub.requests}")
    elapsed_s, cpu_s = time.perf_counter() - started, time.process_time() - started_cpu
    calls = {name: stub.requests[name] for name in ("ReceiveMessage", "PUT")}
    calls["Delete"] = sum(n for name, n in stub.requests.items() if name.startswith("Delete"))
    calls["all"] = stub.requests.total()
    per_1000 = {f"{name}_per_1000": n / messages * 1000 for name, n in calls.items()}
    return {
        "messages_per_s": messages / elapsed_s,
        "cpu_ms_per_message": cpu_s / messages * 1000,
        **per_1000,
    }


def wait(seconds):
    if seconds:
        time.sleep(seconds)


def _message(number):
    return {
        "MessageId": f"{number:08x}-0000-4000-8000-000000000000",
        "ReceiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a" * 8,
        "MD5OfBody": "d41d8cd98f00b204e9800998ecf8427e",
        "Body": EVENT % number,
        "Attributes": {"SentTimestamp": "1769851800123", "ApproximateReceiveCount": "1"},
    }


class _Raw:
    """The part of a urllib3 response that botocore reads."""

    def __init__(self, body):
        self._body = body

    def stream(self):
        yield self._body


def respond(request, body, headers, status=200):
    answered = {"Content-Type": "application/x-amz-json-1.0", **headers}
    return AWSResponse(request.url, status, answered, _Raw(body))
