"""What the worker's unit tests run it on: a queue, a bucket and a clock in memory."""

import threading

from botocore.exceptions import ClientError

from chalicelib.aws.queue import Received, RefusedEntry
from chalicelib.errors import Unavailable

DOWN = Unavailable("not available")
DENIED = ClientError({"Error": {"Code": "AccessDenied"}}, "Any")


def message(number, body=None, handle=None):
    return Received(
        message_id=f"m-{number}",
        receipt_handle=handle or f"r-{number}",
        body=f'{{"user":"u-{number}","at":"2026-01-02T03:04:05Z"}}' if body is None else body,
        sent_at_ms=1_767_323_045_123,
        receive_count=1,
        trace_header=None,
    )


class FakeClock:
    now_s = 1_000.0

    def __call__(self):
        return self.now_s


class FakeQueue:
    """`arriving` are batches, or failures, for the next receives; then polls find nothing."""

    def __init__(self, *arriving):
        self.arriving = list(arriving)
        self.waits_s = []
        self.deleted = []
        self.hidden = []
        self.failures = []
        self.refusals = []
        self.refused_to_hide = []
        self.on_receive = lambda: None
        self._lock = threading.Lock()

    def receive(self, *, wait_s, visibility_timeout_s):
        with self._lock:
            self.waits_s.append(wait_s)
            found = self.arriving.pop(0) if self.arriving else []
        self.on_receive()
        if isinstance(found, Exception):
            raise found
        return found

    def delete_all(self, receipt_handles):
        with self._lock:
            if self.failures:
                raise self.failures.pop(0)
            refused = self.refusals.pop(0) if self.refusals else []
            left = {refusal.position for refusal in refused}
            self.deleted += [h for n, h in enumerate(receipt_handles) if n not in left]
            return refused

    def change_visibility_all(self, receipt_handles, timeout_s):
        with self._lock:
            if self.failures:
                raise self.failures.pop(0)
            refused = self.refused_to_hide.pop(0) if self.refused_to_hide else []
            left = {refusal.position for refusal in refused}
            self.hidden += [(h, timeout_s) for n, h in enumerate(receipt_handles) if n not in left]
            return refused


class FakeBucket:
    """Objects by key; `failures` are raised by the next puts."""

    def __init__(self):
        self.objects = {}
        self.failures = []
        self.attempts = []

    def put(self, key, body, content_type):
        self.attempts.append(key)
        if self.failures:
            raise self.failures.pop(0)
        self.objects[key] = body


class FakeState:
    """Heartbeats by who."""

    def __init__(self, failure=None):
        self.beats = {}
        self._failure = failure

    def beat(self, who, facts):
        if self._failure:
            raise self._failure
        self.beats[who] = facts


def refused(position, code="Unavailable"):
    return RefusedEntry(position, code)


class FakeLastFailures:
    """Why messages failed: queue, function, message id and text; `error` is raised instead."""

    def __init__(self):
        self.noted = []
        self.error = None

    def note(self, queue, function, message, error):
        if self.error:
            raise self.error
        self.noted.append((queue, function, message.message_id, str(error)))
