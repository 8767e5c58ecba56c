"""Log records, the messages they travel in, and hand-written parts of the intake."""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from support.activity import FakeActivityCounts
from support.calls import call_of_sender
from support.clouds import RESOURCES

from chalicelib.aws.queue import Received, RefusedEntry
from chalicelib.errors import NotFound, TooManyRequests, Unavailable
from chalicelib.ids import require_tenant_id
from chalicelib.tenant_logs.intake.rejections import Rejections
from chalicelib.tenant_logs.intake.service import Intake
from chalicelib.tenant_logs.model import JSON, NDJSON, LogRecord
from chalicelib.tenant_logs.queueing.claim_checks import ClaimCheckStore
from chalicelib.tenant_logs.queueing.packing import decode
from chalicelib.tenant_logs.queueing.sending import Outbox
from chalicelib.tenant_logs.tenants.model import TenantSettings
from chalicelib.web.payload import Payload
from chalicelib.web.principal import Sender

QUEUE = next(
    declared_queue.name
    for declared_queue in RESOURCES.queues
    if declared_queue.variable == "LOGS_QUEUE_URL"
)
NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
NOW_TEXT = "2026-01-31T09:30:00Z"
NOBODY = Sender(None, None, None)


def record(log_id: str = "1", tenant_id: str = "acme", **more: Any) -> LogRecord:
    """A sound record that has yet to expire."""
    given = {"ts": NOW_TEXT, "received_at": NOW_TEXT, "text": "hello", "expires_at": 4102444800}
    return LogRecord(tenant_id=tenant_id, log_id=log_id, **{**given, **more})


def body_of(*records: LogRecord) -> str:
    """The message that holds records of one tenant."""
    whole = [
        {name: getattr(entry, name) for name in entry.__struct_fields__ if name != "severity"}
        for entry in records
    ]
    return json.dumps({"v": 1, "tenant_id": records[0].tenant_id, "records": whole})


def received(body: str, message_id: str = "m-1", receives: int = 1) -> Received:
    """One delivery of a message."""
    return Received(message_id, f"handle-of-{message_id}", body, 0, receives, None)


def payload(data: Any, media_type: str = JSON) -> Payload:
    """A body; what is no bytes is sent as JSON, a list of NDJSON as its lines."""
    if media_type in NDJSON and isinstance(data, list):
        data = b"\n".join(json.dumps(item).encode() for item in data)
    raw = data if isinstance(data, bytes) else json.dumps(data).encode()
    return Payload(media_type=media_type, data=raw)


def queued_records(cloud: Any) -> list[LogRecord]:
    """Takes every record out of the queue."""
    sqs, found = cloud.client("sqs"), []
    url = sqs.get_queue_url(QueueName=QUEUE)["QueueUrl"]
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        found += [entry for message in messages for entry in decode(message["Body"]).records]
    return found


class FakeAdmission:
    """Lets everyone in; `over` are tenants beyond their limits."""

    def __init__(self, *, masks: bool = True, over: Sequence[str] = (), key: str | None = None):
        self.settings_of: dict[str, TenantSettings] = {}
        self.taken: dict[str, int] = {}
        self.taken_bytes: dict[str, int] = {}
        self._masks = masks
        self._over = over
        self._key = key

    def tenant(self, sender: Sender) -> str | None:
        named = None if sender.named is None else require_tenant_id(sender.named, "X-Tenant-ID")
        return self._key or named

    def settings(self, tenant_id: str) -> TenantSettings:
        return self.settings_of.get(tenant_id, TenantSettings(masks=self._masks))

    def take(self, tenant_id: str, records: int, size_bytes: int) -> None:
        if tenant_id in self._over:
            raise TooManyRequests(f"tenant {tenant_id} exceeds its rate", retry_after_s=1)
        self.taken[tenant_id] = self.taken.get(tenant_id, 0) + records
        self.taken_bytes[tenant_id] = self.taken_bytes.get(tenant_id, 0) + size_bytes

    def give_back(self, tenant_id: str, records: int, size_bytes: int) -> None:
        self.taken[tenant_id] -= records
        self.taken_bytes[tenant_id] -= size_bytes


class FakeQueue:
    """Takes messages, but for the calls (from 0) in `down` and the messages that `refuses`."""

    def __init__(self, *, down: Sequence[int] = (), refuses: Callable[[str], bool] | None = None):
        self.calls: list[list[str]] = []
        self.trace_headers: list[str | None] = []
        self.taken: list[str] = []
        self._down = down
        self._refuses = refuses or (lambda _: False)

    def send_all(
        self, bodies: Sequence[str], trace_header: str | None = None
    ) -> list[RefusedEntry]:
        self.calls.append(list(bodies))
        self.trace_headers.append(trace_header)
        if len(self.calls) - 1 in self._down:
            raise Unavailable("the queue is not available; try again")
        self.taken += [body for body in bodies if not self._refuses(body)]
        return [RefusedEntry(n, "Busy") for n, body in enumerate(bodies) if self._refuses(body)]


class FakeBucket:
    """Keeps objects, unless it is `down`."""

    def __init__(self, *, down: bool = False):
        self.objects: dict[str, bytes] = {}
        self.puts = 0
        self._down = down

    def put(self, key: str, body: bytes, content_type: str) -> None:
        self.puts += 1
        if self._down:
            raise Unavailable("the claims' bucket is not available; try again")
        self.objects[key] = body

    def get(self, key: str) -> bytes:
        if key not in self.objects:
            raise NotFound("the claims' bucket has no such object")
        return self.objects[key]

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)


class Desk:
    """An intake over hand-written parts."""

    def __init__(
        self,
        admission: FakeAdmission | None = None,
        queue: FakeQueue | None = None,
        bucket: FakeBucket | None = None,
        message_bytes: int = 256 * 1024,
        now: Callable[[], datetime] = lambda: NOW,
    ):
        self.admission = admission or FakeAdmission()
        self.queue = queue or FakeQueue()
        self.bucket = bucket or FakeBucket()
        claims: Any = ClaimCheckStore(
            lambda: self.bucket, now=lambda: NOW, new_id=lambda: "claim-1"
        )
        outbox = Outbox(self.queue, claims, message_bytes=message_bytes)
        self.rejected: Counter[str] = Counter()
        self.rejected_today: dict[str, Counter[str]] = {}
        rejections = Rejections(
            lambda name, amount: self.rejected.update({name: amount}), self._count_day
        )
        self.activity: Any = FakeActivityCounts()
        self.intake = Intake(self.admission, outbox, rejections, self.activity, now=now)

    def _count_day(self, tenant_id: str, codes: Mapping[str, int]) -> None:
        self.rejected_today.setdefault(tenant_id, Counter()).update(codes)

    def ingest(self, data: Any, media_type: str = JSON, named: str | None = None) -> Any:
        """Send a body; `named` is X-Tenant-ID."""
        call = call_of_sender(named, trace_header="trace-1")
        return self.intake.ingest(payload(data, media_type), call)

    def claimed(self) -> LogRecord:
        """The one record that lies in the bucket."""
        (body,) = self.bucket.objects.values()
        (held,) = decode(body).records
        return held

    def queued(self) -> list[LogRecord]:
        """Every record that the queue took, in order."""
        return [entry for body in self.queue.taken for entry in decode(body).records]
