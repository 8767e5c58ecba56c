"""Every route and event handler once on the emulator, with every branch that calls AWS.

The calls of each are recorded under its name in Chalice's files.
"""

import json
import time
import urllib.parse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
from call_recorder import Recorder
from iam_evaluator import Need, needs
from support.clouds import RESOURCES, cloud_at
from support.events import Context, kinesis_record, sqs_record, tick_event
from support.failpoints import access_denied, failpoint
from support.orders import inserts
from support.people import Callers
from support.pictures import make_jpeg
from support.platforms import Platform, PlatformResponse

from chalicelib.analytics import part
from chalicelib.analytics.model import ArchivedSearch
from chalicelib.aws import API, FAST, Aws
from chalicelib.errors import BatchFailed
from chalicelib.publisher import holds
from chalicelib.settings.api import ApiSettings
from chalicelib.tenant_logs.intake.envelopes import id_time
from chalicelib.webhook_event import WebhookEventType
from infra.declared.function_kinds import API_HANDLER

LETTERS = "/api/v1/dead-letters/{queue}"
JOB = "/api/v1/jobs/{job_id}"
LETTERS_OF = {
    "searches": "OmniQueue-test-dlq",
    "orders": "POC-Queue-test-dlq",
    "announcements": "POC-Announce-Failures-test",
    "logs": "OmniLogQueue-test-dlq",
    "jobs": "OmniJobs-test-dlq",
    "webhooks": "OmniWebhooks-test-dlq",
    "mail_events": "OmniMailEvents-test-dlq",
    "deliveries": "OmniDeliver-Failures-test",
}
WEBHOOKS = "/api/v1/webhooks"
SUPPRESSIONS = "/api/v1/suppressions"
MESSAGES, CERTIFICATES, MEDIA = "/api/v1/messages", "/api/v1/certifications", "/api/v1/media"
SERIES, TEMPLATES = "/api/v1/series", "/api/v1/templates"
MEDIA_BUCKET = next(b.name for b in RESOURCES.buckets if b.variable == "MEDIA_BUCKET")
MESSAGES_TABLE = next(t.name for t in RESOURCES.tables if t.variable == "MESSAGES_TABLE")
STATE_TABLE = next(t.name for t in RESOURCES.tables if t.variable == "STATE_TABLE")
CHANNELS = ["facebook", "instagram", "linkedin", "email", "sms"]
SENDER = "omnidata@example.com"

EXPIRED_TS = "2026-01-01T00:00:00Z"  # of a record that is stored still


class Everything:
    """The app on an emulator; what is prepared or looked up by hand is not recorded."""

    def __init__(self, cloud: Aws, endpoint_url: str, callers: Callers, platform: Platform) -> None:
        self.recorder = Recorder(cloud)
        self._cloud = cloud
        self._admin = cloud_at(endpoint_url)
        self._user, self._operator = callers.user("u-1"), callers.operator()
        self._tenants_user = callers.user("t-1", **{"custom:tenant_id": "acme"})
        self._callers, self._platform = callers, platform
        self._author = callers.user("a-1", **{"cognito:groups": "publisher"})

    def call(self) -> dict[str, set[Need]]:
        """Call all of it; answers the needs by function."""
        import app

        self._app = app
        with self.recorder.of(API_HANDLER):
            self._webhooks()  # first: from then on events are emitted
            self._records()
            self._callers.nobody().send("GET", "/health")
            self._user.send("GET", "/api/v1/analytics/searches")
            self._user.send("GET", "/api/v1/me")
            self._overview()
            self._tenants()
            self._orders()
            self._logs()
            self._operations()
            self._certificates()
            self._series()
            self._messages()
            self._many_messages()
            self._templates()
            self._approvals()
            self._suppressions()
        self._deliveries()
        self._mail_events()
        self._events()
        self._failures()
        return self.recorder.calls

    def _overview(self) -> None:
        for caller in (self._user, self._tenants_user, self._author, self._operator):
            status, overview = caller.send("GET", "/api/v1/overview")
            assert (status, overview["complete"]) == (200, True), overview
            status, found = caller.send("GET", "/api/v1/lookup?id=a")
            assert (status, found["complete"]) == (200, True), found

    def _records(self) -> None:
        user, operator = self._user, self._operator
        user.send("POST", "/stream", {"user_id": "a"})
        for _ in range(2):  # the marker is written, and then found without the record
            user.send("POST", "/stream", {"user_id": "b"}, Idempotency_Key="k-1")
            user.send("DELETE", "/api/v1/records/b")
        user.send("POST", "/stream", {"user_id": "b"})
        user.send("POST", "/stream", {"user_id": "a"}, Idempotency_Key="k-2")  # marked later
        user.send("GET", "/get-user?user_id=a")
        with failpoint(self._cloud.client("sqs", FAST), "SendMessage", access_denied):
            user.send("GET", "/get-user?user_id=a")  # its loss is counted
        _, page = operator.send("GET", "/api/v1/records?limit=1")
        operator.send("GET", f"/api/v1/records?limit=1&cursor={page['next_cursor']}")
        user.send("GET", "/api/v1/records/a")
        user.send("PUT", "/api/v1/records/a", {"n": 1})
        user.send("PATCH", "/api/v1/records/a", {"n": 2})
        for _ in range(2):  # the second time its result is found
            rows = b'{"user_id": "c"}'
            sent = {"Content_Type": "application/x-ndjson", "Idempotency_Key": "k-3"}
            status, _ = operator.send("POST", "/api/v1/records:import", rows, **sent)
            assert status == 200
        operator.send("GET", "/api/v1/records:export?prefix=c")
        user.send("DELETE", "/api/v1/records/a")
        now = datetime.now(UTC)
        event = ArchivedSearch(event_id="e", user="a", action="search", at=now)
        archive = next(bucket.name for bucket in RESOURCES.buckets if "analytics" in bucket.name)
        self._admin.client("s3").put_object(
            Bucket=archive, Key=part.key(now, "x"), Body=part.compress([event])
        )

    # Tenants and logs

    def _tenants(self) -> None:
        operator, tenant = self._operator, "/api/v1/tenants/acme"
        operator.send("POST", "/api/v1/tenants", {"tenant_id": "acme"})
        operator.send("POST", "/api/v1/tenants", {"tenant_id": "beta_inc"})
        _, page = operator.send("GET", "/api/v1/tenants?limit=1")
        operator.send("GET", f"/api/v1/tenants?limit=1&cursor={page['next_cursor']}")
        operator.send("GET", tenant)
        operator.send("GET", f"{tenant}/usage?days=2")
        operator.send("PUT", tenant, {"retention_days": 7})
        _, first = operator.send("POST", f"{tenant}/keys")
        _, second = operator.send("POST", f"{tenant}/keys/{first['key_id']}/rotate", {})
        _, self._key = operator.send("POST", f"{tenant}/keys")
        operator.send("DELETE", f"{tenant}/keys/{second['key_id']}")
        with self.recorder.of("tenant_key"):
            arn = "arn:aws:execute-api:us-east-1:123456789012:api/test/POST/ingest"
            event = {"type": "TOKEN", "methodArn": arn}
            for token in (f"Bearer {self._key['key']}", "Bearer omk_none"):
                self._app.tenant_key({**event, "authorizationToken": token}, Context())

    def _logs(self) -> None:
        sender = self._callers.sender(self._key["key"])
        large = {"text": "x" * 3000}
        sender.send("POST", "/ingest", [{"log_id": "1", "text": "a"}, {"text": "b"}, large])
        sender.send("POST", "/ingest", {"log_id": "1", "text": "another"})
        with failpoint(
            self._cloud.client("sqs"), "SendMessageBatch", access_denied, access_denied
        ):  # what was counted is given back
            sender.send("POST", "/ingest", {"text": "c"})
        sender.send("POST", "/v1/logs", {"resourceLogs": []})
        self._expired_marker("2")
        sender.send("POST", "/ingest", {"log_id": "2", "text": "again", "ts": EXPIRED_TS})
        messages = self._waiting("OmniLogQueue-test")
        for _ in range(2):  # the second time the claim is gone
            self._run("process_logs", [sqs_record(message) for message in messages])
        for path in ("/api/v1/logs", "/api/v1/logs/export"):
            for order in ("oldest", "arrival"):
                status, _ = self._tenants_user.send("GET", f"{path}?order={order}")
                assert status == 200
        for log_id in ("1", f"{id_time(datetime.now(UTC))}-request-00000"):
            _, found = self._tenants_user.send("GET", f"/api/v1/lookup?id={log_id}")
            assert found["complete"], found
        _, histogram = self._tenants_user.send("GET", "/api/v1/logs/histogram")
        assert histogram["total"] == 3
        _, facets = self._tenants_user.send("GET", "/api/v1/logs/facets")
        assert facets["facets"][0]["values"] == [{"value": "INFO", "count": 3}]
        status, page = self._operator.send("GET", "/api/v1/logs?tenant_id=beta_inc")
        assert (status, page["logs"]) == (200, [])
        _, page = self._operator.send("GET", "/api/v1/audit")
        assert [read["tenant_id"] for read in page["records"]] == ["beta_inc"]

    def _expired_marker(self, log_id: str) -> None:
        """A log_id whose record expired and which DynamoDB has not deleted yet."""
        past = datetime.now(UTC) - timedelta(days=1)
        item = {
            "pk": {"S": f"LOG#acme#{log_id}"},
            "sk": {"S": "MARKER"},
            "received_at": {"S": "2026-01-01T00:00:00Z"},
            "record": {"S": "2026-01-01T00:00:00.000000Z#2"},
            "expires_at": {"N": str(int(past.timestamp()))},
        }
        self._admin.client("dynamodb").put_item(TableName="OmniState-test", Item=item)
        record = {
            "tenant_id": {"S": "acme"},
            "sk": {"S": "2026-01-01T00:00:00.000000Z#2"},
            "expires_at": item["expires_at"],
        }
        self._admin.client("dynamodb").put_item(TableName="MultiTenantLogs-test", Item=record)

    # Orders

    def _orders(self) -> None:
        user, operator = self._user, self._operator
        with failpoint(self._cloud.client("sqs"), "SendMessage", access_denied):
            user.send("POST", "/orders", {"n": 1}, Idempotency_Key="o-1")
        _, order = user.send("POST", "/orders", {"n": 1}, Idempotency_Key="o-1")
        user.send("POST", "/orders", {"n": 1}, Idempotency_Key="o-1")
        user.send("POST", "/orders", {"n": 2})
        user.send("POST", "/orders", {"n": 3})
        user.send("GET", f"/orders/{order['orderID']}")
        self._run(
            "store_orders", [sqs_record(message) for message in self._waiting("POC-Queue-test")]
        )
        event = inserts([order["orderID"]]).to_dict()
        self._forget_gate()
        with self.recorder.of("announce_orders"):
            assert self._app.announce_orders(event, Context()) == {"batchItemFailures": []}
        user.send("POST", "/orders", {"n": 1}, Idempotency_Key="o-1")
        _, page = operator.send("GET", "/orders?limit=1")
        operator.send("GET", f"/orders?limit=1&cursor={page['next_cursor']}")
        operator.send("GET", "/orders?status=notified&placed_by=u-1&q=a")
        user.send("GET", f"/orders/{order['orderID']}")
        operator.send("GET", "/api/v1/orders/subscriptions")

    # Operations

    def _operations(self) -> None:
        operator = self._operator
        operator.send("GET", "/api/v1/pipeline")
        operator.send("GET", "/api/v1/jobs")
        for queue in LETTERS_OF:
            self._letters(queue)
            self._job(queue)

    def _letters(self, queue: str) -> None:
        operator, path = self._operator, LETTERS.format(queue=queue)
        self._die(queue, 3)
        status, all_queues = operator.send("GET", "/api/v1/dead-letters")
        assert (status, all_queues["complete"]) == (200, True), all_queues
        _, page = operator.send("GET", path)
        status, _ = operator.send("GET", f"{path}/{page['letters'][0]['id']}")
        assert status == 200, queue
        first, second, _ = (letter["id"] for letter in page["letters"])
        status, done = operator.send("POST", f"{path}/redrive", {"ids": [first]})
        assert (status, done["done"]) == (200, [first]), queue
        _, done = operator.send("POST", f"{path}/delete", {"ids": [second]})
        assert done["done"] == [second], queue

    def _job(self, queue: str) -> None:
        """The step moves what was there before the job, and gives back what came after it."""
        operator = self._operator
        if queue == "announcements":  # an order that waits for its mail
            self._user.send("POST", "/orders", {"n": 4})
            waiting = self._waiting("POC-Queue-test")
            self._run("store_orders", [sqs_record(message) for message in waiting])
            self._die(queue, 1)  # only letters that came later tell of it
        status, job = operator.send("POST", f"{LETTERS.format(queue=queue)}/jobs", {})
        assert status == 202, job
        path = JOB.format(job_id=job["job_id"])
        operator.send("GET", path)
        operator.send("POST", f"{path}/stop")
        operator.send("POST", f"{path}/resume")
        time.sleep(0.002)
        self._die(queue, 1)
        steps = [message for message in self._waiting("OmniJobs-test") if job["job_id"] in message]
        last = json.loads(steps[-1])
        # The first moves nothing, and so asks whether anything is left; the second ends the job.
        following = [json.dumps({**last, "number": last["number"] + n}) for n in (1, 2)]
        for body in (*steps, *following):
            self._run("run_jobs", [sqs_record(body)])
        _, after = operator.send("GET", path)
        assert after["moved"] == (2 if queue == "announcements" else 1), (queue, after)
        operator.send("POST", f"{path}/stop")

    def _die(self, queue: str, count: int) -> None:
        sqs = self._admin.client("sqs")
        url = self._url(LETTERS_OF[queue])
        for number in range(count):
            sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"letter": number}))

    # Webhooks

    def _webhooks(self) -> None:
        """Nobody has the name of the receiver, so that each attempt fails."""
        operator, new = (
            self._operator,
            {"url": "https://a.invalid/", "events": list(WebhookEventType)},
        )
        _, made = operator.send("POST", WEBHOOKS, new)
        path = f"{WEBHOOKS}/{made['webhook']['id']}"
        operator.send("GET", WEBHOOKS)
        operator.send("GET", path)
        operator.send("PATCH", path, {"description": "x"})
        operator.send("POST", f"{path}/rotate")
        operator.send("POST", f"{path}/test")
        operator.send("GET", f"{path}/deliveries")
        _, made = operator.send("POST", WEBHOOKS, new)
        operator.send("DELETE", f"{WEBHOOKS}/{made['webhook']['id']}")

    def _events(self) -> None:
        """An event, then its first attempt."""
        for _ in range(2):
            body, *_ = self._waiting("OmniWebhooks-test")
            self._run("deliver_webhooks", [sqs_record(body)])

    # Publisher

    def _certificates(self) -> None:
        author, body = self._author, {"name": "n", "issuer": "i", "issued_on": "2026-01-31"}
        for _ in range(2):
            _, made = author.send("POST", CERTIFICATES, body, Idempotency_Key="c-1")
        author.send("GET", CERTIFICATES)
        author.send("GET", f"{CERTIFICATES}/{made['id']}")
        author.send("PUT", f"{CERTIFICATES}/{made['id']}", {**body, "badge_media": self._image()})
        for _ in range(2):
            author.send("POST", f"{CERTIFICATES}/{made['id']}/announce", {"channels": ["sms"]})
        self._remind(made["id"], body)
        author.send("DELETE", f"{CERTIFICATES}/{made['id']}")

    def _remind(self, certification_id: str, body: dict[str, str]) -> None:
        """Its public page, and a reminder that is due at once."""
        author, path = self._author, f"{CERTIFICATES}/{certification_id}"
        more = {"expires_on": "2099-01-31", "public": True, "badge_media": self._image()}
        assert author.send("PUT", path, body | more)[0] == 200
        nobody, page = self._callers.nobody(), f"/certificates/{certification_id}"
        assert nobody.send("GET", page)[0] == 200
        assert nobody.send("GET", f"{page}/badge")[0] == 302
        due = {"GSI2SK": "2026-01-01T00:00:00Z", "next_reminder_at": "2026-01-01T00:00:00Z"}
        self._set(certification_id, "METADATA", kind="CERT", **due)
        with self.recorder.of("publish_due"):
            self._app.publish_due(tick_event(), Context())
        assert author.send("GET", path)[1]["last_reminder_message_id"]

    def _series(self) -> None:
        """A series that is due at once, and what its author does."""
        author, starts_at = self._author, datetime.now(UTC) + timedelta(minutes=5)
        new = {"content": "x", "channels": ["sms"], "rrule": "FREQ=DAILY;COUNT=9"}
        new |= {"starts_at": starts_at.strftime("%Y-%m-%dT%H:%M:%S"), "time_zone": "UTC"}
        for _ in range(2):
            _, made = author.send("POST", SERIES, new, Idempotency_Key="s-1")
        path = f"{SERIES}/{made['id']}"
        author.send("GET", SERIES)
        author.send("PATCH", path, {"media": [self._image()]})
        author.send("GET", "/api/v1/occurrences")
        _, later = author.send("GET", path)
        one = f"{path}/occurrences/{later['occurrences'][1]['id']}"
        assert author.send("PATCH", one, {"content": "y"})[0] == 200
        assert author.send("DELETE", one)[0] == 204
        with self.recorder.of("publish_due"):
            self._app.publish_due(tick_event(), Context())
        _, found = author.send("GET", path)
        assert found["last_message_id"], found
        first = f"{path}/occurrences/{later['occurrences'][0]['id']}"
        assert author.send("PATCH", first, {"content": "y"})[0] == 200
        assert author.send("DELETE", first)[0] == 204
        assert author.send("DELETE", path)[0] == 204

    def _messages(self) -> None:
        author = self._author
        author.send("GET", "/api/v1/channels")
        later = {"content": "x", "channels": ["sms"], "scheduled_at": "2030-01-31T09:00:00Z"}
        previewed = {**later, "adapt": {"sms": True}}
        assert author.send("POST", f"{MESSAGES}/validate", previewed)[0] == 200
        for _ in range(2):
            _, made = author.send("POST", MESSAGES, later, Idempotency_Key="m-1")
        path = f"{MESSAGES}/{made['id']}"
        author.send("GET", f"{MESSAGES}?limit=1")
        author.send("GET", f"{MESSAGES}?from=2030-01-01T00:00:00Z")
        author.send("GET", path)
        author.send("PATCH", path, {"content": "y"})
        author.send("POST", f"{path}/reschedule", {"scheduled_at": "2030-02-01T09:00:00Z"})
        author.send("POST", f"{path}/cancel")
        for status in ("failed", "unconfirmed"):
            _, made = author.send("POST", MESSAGES, {"content": "x", "channels": ["sms"]})
            self._set(made["id"], "CHANNEL#sms", status=status)
            self._set(made["id"], "METADATA", status=status)
            path = f"{MESSAGES}/{made['id']}"
            if status == "failed":
                author.send("POST", f"{path}/retry")
            else:
                live = {"channel": "sms", "outcome": "live"}
                author.send("POST", f"{path}/resolve", live)

    def _many_messages(self) -> None:
        """An import, said again, and what is done with all messages of an author."""
        author, row = self._author, b'{"content": "x", "channels": ["sms"]}'
        for _ in range(2):
            status, _ = author.send(
                "POST", f"{MESSAGES}:import", row, Content_Type="application/x-ndjson"
            )
            assert status == 200
        assert author.send("GET", f"{MESSAGES}:export?format=csv")[0] == 200
        _, link = author.send("POST", "/api/v1/calendar-link")
        assert author.send("GET", "/api/v1/calendar-link") == (200, link)
        token = link["url"].rpartition("/")[2]
        assert self._callers.nobody().send("GET", f"/calendar/{token}")[0] == 200
        assert author.send("DELETE", "/api/v1/calendar-link")[0] == 204
        assert author.send("POST", f"{MESSAGES}:cancel", {"channel": "sms"})[0] == 200
        assert author.send("POST", f"{MESSAGES}:retry", {"channel": "sms"})[0] == 200

    def _templates(self) -> None:
        author, body = self._author, {"name": "n", "content": "{{a}}", "channels": ["sms"]}
        for _ in range(2):
            _, made = author.send("POST", TEMPLATES, body, Idempotency_Key="t-1")
        path = f"{TEMPLATES}/{made['id']}"
        assert author.send("GET", TEMPLATES)[0] == author.send("GET", path)[0] == 200
        use = {"template": {"id": made["id"], "fields": {"a": "x"}}, "draft": True}
        assert author.send("POST", MESSAGES, use)[0] == 201
        assert author.send("PUT", path, {**body, "media": [self._image()]})[0] == 200
        assert author.send("DELETE", path)[0] == 204

    def _approvals(self) -> None:
        """Another publisher lists what waits, approves a message, and sends another back."""
        other = self._callers.user("a-2", **{"cognito:groups": "publisher"})
        with self._needing_approval():
            for decision in ("approve", "send-back"):
                new = {"content": "x", "channels": ["sms"]}
                _, made = self._author.send("POST", MESSAGES, new)
                assert made["status"] == "waiting"
                assert other.send("GET", "/api/v1/overview")[1]["complete"]
                _, page = other.send("GET", f"{MESSAGES}?status=waiting")
                assert [message["id"] for message in page["messages"]] == [made["id"]]
                body = {"rev": 1, "comment": "x"}
                status, _ = other.send("POST", f"{MESSAGES}/{made['id']}/{decision}", body)
                assert status == 200

    @contextmanager
    def _needing_approval(self) -> Iterator[None]:
        usual = self._app.wiring.settings
        publisher = msgspec.structs.replace(usual.publisher, need_approval=True)
        self._set_settings(msgspec.structs.replace(usual, publisher=publisher))
        yield
        self._set_settings(usual)

    def _set_settings(self, settings: ApiSettings) -> None:
        self._app.wiring.settings = settings
        for name in ("publisher", "overview"):
            vars(self._app.wiring).pop(name, None)

    def _image(self) -> str:
        """A confirmed upload; one that is none was refused before."""
        author, image = self._author, make_jpeg()
        for data, expected in ((b"x" * len(image), 400), (image, 200)):
            begun = {"content_type": "image/jpeg", "size_bytes": len(data)}
            _, form = author.send("POST", MEDIA, begun)
            path = f"{MEDIA}/{form['id']}"
            assert author.send("POST", f"{path}/confirm")[0] == 409
            where = {"Bucket": MEDIA_BUCKET, "Key": form["fields"]["key"]}
            # Whoever posts the form uses the right of who signed it.
            self.recorder.calls[API_HANDLER] |= set(needs("s3", "PutObject", where))
            self._admin.client("s3").put_object(**where, Body=data, ContentType="image/jpeg")
            assert author.send("POST", f"{path}/confirm")[0] == expected
        author.send("GET", path)
        return str(form["id"])

    def _deliveries(self) -> None:
        """By the stream, and by the tick while the stream is down."""
        self._admin.client("sesv2").create_email_identity(EmailIdentity=SENDER)
        message = {"content": "x", "channels": CHANNELS, "media": [self._image()], "adapt": True}
        self._start_process()
        _, made = self._author.send("POST", MESSAGES, message)
        self._set_platform_up()
        records = [kinesis_record(made["id"], name, n) for n, name in enumerate(CHANNELS)]
        self._run("deliver_messages", records)
        self._require_sent(made["id"])
        self._start_process()
        _, made = self._author.send("POST", MESSAGES, message)
        self._set_platform_up()
        past = (datetime.now(UTC) - timedelta(minutes=5)).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._set(made["id"], "METADATA", GSI2SK=past, look_at=past)
        stream = self._cloud.client("kinesis", API)
        with self.recorder.of("publish_due"), failpoint(stream, "PutRecords", access_denied):
            self._app.publish_due(tick_event(), Context())
        self._require_sent(made["id"])

    def _suppressions(self) -> None:
        author, operator = self._author, self._operator
        for _ in range(2):  # the second time the entry that is there is read
            status, _ = author.send("POST", SUPPRESSIONS, {"address": "a@example.com"})
            assert status == 201
        author.send("GET", SUPPRESSIONS)
        author.send("GET", f"{SUPPRESSIONS}?address=a@example.com")
        status, _ = operator.send("DELETE", f"{SUPPRESSIONS}/a@example.com")
        assert status == 204
        later = {"content": "x", "channels": ["email"], "scheduled_at": "2030-01-31T09:00:00Z"}
        author.send("POST", f"{MESSAGES}/validate", later)
        _, made = author.send("POST", MESSAGES, later)
        links = self._app.wiring.publisher.mail.unsubscribing.links
        token = links.make_url(f"{made['id']}#email").rpartition("/")[2]
        nobody, form = self._callers.nobody(), b"List-Unsubscribe=One-Click"
        nobody.send("GET", f"/unsubscribe/{token}")
        sent = {"Content_Type": "application/x-www-form-urlencoded"}
        status, _ = nobody.send("POST", f"/unsubscribe/{token}", form, **sent)
        assert status == 200
        assert operator.send("DELETE", f"{SUPPRESSIONS}/{SENDER}")[0] == 204

    def _mail_events(self) -> None:
        bounce = {
            "eventType": "Bounce",
            "mail": {"messageId": "1", "tags": {"message_id": ["m"]}},
            "bounce": {
                "bounceType": "Permanent",
                "bouncedRecipients": [{"emailAddress": "gone@example.com"}],
            },
        }
        self._run("process_mail_events", [sqs_record(json.dumps(bounce))])

    def _start_process(self) -> None:
        """What handles deliveries next is a process of its own, and no channel's state is known."""
        for name in ("publisher", "secrets", "cursors"):
            vars(self._app.wiring).pop(name, None)
        for channel in CHANNELS:
            key = {"pk": {"S": holds.PARTITION}, "sk": {"S": channel}}
            self._admin.client("dynamodb").delete_item(TableName=STATE_TABLE, Key=key)

    def _set_platform_up(self) -> None:
        """Once more for each function; a token that expired is read anew."""
        upload = {"uploadUrl": f"{self._platform.url}/upload", "image": "urn:li:image:1"}
        ready, expired = PlatformResponse(body={"value": upload}), PlatformResponse(status=401)
        self._platform.will("initializeUpload", expired, ready)
        self._platform.will("/upload", PlatformResponse(status=201))
        self._platform.will(
            "/posts", PlatformResponse(status=201, headers={"x-restli-id": "urn:li:share:1"})
        )
        for edge in ("photos", "feed", "media", "media_publish", "fields=permalink"):
            self._platform.will(edge, PlatformResponse(body={"id": "1"}))
        expired = PlatformResponse(status=400, body={"error": {"code": 190, "error_subcode": 463}})
        self._platform.will("photos", expired, PlatformResponse(body={"id": "1"}))
        self._platform.will(
            "fields=status_code", PlatformResponse(body={"status_code": "FINISHED"})
        )

    def _require_sent(self, message_id: str) -> None:
        _, found = self._author.send("GET", f"{MESSAGES}/{message_id}")
        assert found["status"] == "sent", found["channels"]

    def _set(self, of_id: str, sort_key: str, *, kind: str = "MSG", **texts: str) -> None:
        """Change an item by hand."""
        self._admin.client("dynamodb").update_item(
            TableName=MESSAGES_TABLE,
            Key={"PK": {"S": f"{kind}#{of_id}"}, "SK": {"S": sort_key}},
            UpdateExpression="SET " + ", ".join(f"#{name} = :{name}" for name in texts),
            ExpressionAttributeNames={f"#{name}": name for name in texts},
            ExpressionAttributeValues={f":{name}": {"S": text} for name, text in texts.items()},
        )

    # The rest

    def _failures(self) -> None:
        """Why a message failed is stored."""
        queues = ("store_orders", "process_logs", "run_jobs", "deliver_webhooks")
        for handler in (*queues, "process_mail_events"):
            body = json.dumps({"kind": "omnidata.order"})  # which claims to be what it is not
            with self.recorder.of(handler), pytest.raises(BatchFailed):
                getattr(self._app, handler)({"Records": [sqs_record(body)]}, Context())

    def _forget_gate(self) -> None:
        """What emits next is a process of its own, which reads which events are wanted."""
        for name in ("emit", "orders"):
            vars(self._app.wiring).pop(name, None)

    def _run(self, handler: str, records: list[dict[str, Any]]) -> None:
        self._forget_gate()
        for number, record in enumerate(records):
            record["messageId"] = f"m-{number}"
        call: Callable[..., Any] = getattr(self._app, handler)
        with self.recorder.of(handler):
            assert call({"Records": records}, Context()) == {"batchItemFailures": []}

    def _waiting(self, queue: str) -> list[str]:
        """The bodies of what waits in a queue, taken out of it."""
        sqs, url = self._admin.client("sqs"), self._url(queue)
        found: list[str] = []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
                found.append(message["Body"])
        return found

    def _url(self, queue: str) -> str:
        found = self._admin.client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
        endpoint = self._cloud.client("sqs", API).meta.endpoint_url
        return endpoint + urllib.parse.urlsplit(found).path
