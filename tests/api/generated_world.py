"""The app as generated requests find it: with callers, and with all that they cause counted."""

import json
import re
from decimal import Decimal
from itertools import cycle
from typing import Any

from effects import SENT, Effects
from generated_publishing import AUTHORS, CERTIFICATES, LATEST, MEDIA, MESSAGES, PICTURE, TEMPLATES
from generated_requests import Request
from publisher_kit import author_of
from support.clouds import ACCOUNT, REGION, RESOURCES, STAGE
from tenant_kit import made_tenant

import app as functions
from chalicelib.aws.queue import Queue
from chalicelib.aws.table import Condition, Table
from chalicelib.publisher import keys

QUEUE = f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/POC-Queue-{STAGE}"
_BUCKET = next(bucket.name for bucket in RESOURCES.buckets if bucket.variable == "MEDIA_BUCKET")
_TABLE = next(table.name for table in RESOURCES.tables if table.variable == "MESSAGES_TABLE")
_PLACEHOLDER = re.compile(rb"\$(message|media|certification|template)([0-9])")
_NORMALISED = ("scheduled_at", "time_zone")
_KINDS = {MESSAGES: "message", MEDIA: "media", CERTIFICATES: "certification", TEMPLATES: "template"}


class World:
    """The app with everything that a request might do counted."""

    def __init__(self, callers: Any, aws: Any, logged: Any) -> None:
        operator = callers.operator()
        self.callers = {
            "user": callers.user(**{"custom:tenant_id": "acme"}),
            "operator": operator,
            "nobody": callers.nobody(),
            "sender": callers.sender(made_tenant(operator, "acme", rate_per_s=1000)),
            "author": author_of(callers),
            "other": author_of(callers, "bob"),
        }
        self.logged = logged
        self.writes, self.sent = Effects(aws), Effects(aws, SENT)
        self.orders = Queue(aws.client("sqs"), QUEUE)
        self.quiet()

    def quiet(self) -> bool:
        """Whether nothing went wrong since the last time; what operators did is logged as info."""
        lines = self.logged.getvalue().splitlines()
        self.logged.seek(0)
        self.logged.truncate()
        return all(json.loads(line)["level"] == "info" for line in lines)

    def answer(self, request: Request) -> int:
        """Send it; Caller holds the answer against the contract."""
        # A sender's refused records count against its tenant's quota.
        effects = self.sent if request.who == "sender" else self.writes
        before = effects.count
        caller = self.callers[request.who]
        status, _ = caller.send(request.method, request.path, request.body, **request.headers)
        assert status < 500
        assert self.quiet()
        tells_of_searches = request.path.startswith("/get-user")
        if (status >= 400 or request.method == "GET") and not tells_of_searches:
            assert effects.count <= before + (status < 400 and _is_audited(request))
        return status

    def queued(self) -> Any:
        """The order that was queued last, to the last digit."""
        (message,) = self.orders.receive(wait_s=0, visibility_timeout_s=60)
        self.orders.delete_all([message.receipt_handle])
        return json.loads(message.body, parse_float=Decimal)["order"]

    def stored(self, user_id: str) -> Any:
        """What a search finds, to the last digit."""
        caller = self.callers["user"]
        assert caller.send("GET", f"/get-user?user_id={user_id.replace('+', '%2B')}")[0] == 200
        return json.loads(caller.raw, parse_float=Decimal)


def _is_audited(request: Request) -> bool:
    """Whether an operator names whose logs to read, of which one record is kept."""
    named = f"{request.path} {request.headers}".lower().replace("-", "_")
    return request.who == "operator" and "tenant_id" in named


class Publishing:
    """What authors made in a world, and how its deliveries went."""

    def __init__(self, world: World, aws: Any) -> None:
        self.world = world
        self.made: dict[str, list[str]] = {kind: [] for kind in _KINDS.values()}
        self._table = Table(aws.client("dynamodb"), _TABLE)
        self._s3 = aws.client("s3")
        self._fates = cycle(("failed", "unconfirmed", "pending", "retry", "sent", "processing"))
        self._is_uploaded = cycle((True, True, False))

    def fill(self, request: Request) -> Request:
        """The request with the ids of what was made for its placeholders."""
        path = _PLACEHOLDER.sub(self._id, request.path.encode()).decode()
        body = request.body and _PLACEHOLDER.sub(self._id, request.body)
        return request._replace(path=path, body=body)

    def answer(self, request: Request) -> int:
        """Send it, and go on with what it made as platforms and browsers would."""
        status = self.world.answer(request)
        if status == 201:
            made, kind = json.loads(self.world.callers[request.who].raw), _KINDS[request.path]
            if made["id"] not in self.made[kind] and request.who == "author":
                self.made[kind].append(made["id"])
                self._go_on(kind, made)
        return status

    def differences(self, request: Request) -> dict[str, Any]:
        """What its author finds otherwise than it was sent by the last request, field by field."""
        caller = self.world.callers[request.who]
        answered = json.loads(caller.raw)
        if answered.get("rev", 1) > 1 and request.method == "POST":
            return {}  # made earlier with the same key, and changed since
        collection = next(name for name in _KINDS if request.path.startswith(name))
        status, found = caller.send("GET", f"{collection}/{answered['id']}")
        assert status == 200
        sent = json.loads(request.body or b"{}")
        if collection == MESSAGES:
            found["channels"] = list(
                dict.fromkeys(delivery["channel"] for delivery in found["channels"])
            )
        return {
            name: (_shown(name, value), found[name])
            for name, value in sent.items()
            if name in found and name not in _NORMALISED and _shown(name, value) != found[name]
        }

    def _id(self, placeholder: re.Match[bytes]) -> bytes:
        kind, number = placeholder[1].decode(), int(placeholder[2])
        latest = self.made[kind][-LATEST:]
        return (latest[-1 - number % len(latest)] if latest else "none").encode()

    def _go_on(self, kind: str, made: dict[str, Any]) -> None:
        if kind == "message" and made["status"] == "queued":
            for delivery in made["channels"]:
                self._table.update(
                    keys.delivery(made["id"], delivery["channel"]),
                    Condition("SET #s = :s", {"#s": "status"}, {":s": next(self._fates)}),
                )
            functions.wiring.publisher.settling.settle(made["id"])
        if kind == "media" and next(self._is_uploaded):
            self._s3.put_object(Bucket=_BUCKET, Key=f"media/{made['id']}", Body=PICTURE)


def _shown(name: str, value: Any) -> Any:
    """The sent field of a message as the API shows it."""
    match name, value:
        case "recipients", dict():
            return {"email": [], "sms": []} | value
        case "overrides", dict():
            return {
                channel: {field: text for field, text in override.items() if text is not None}
                for channel, override in value.items()
            }
    return value


def is_author(request: Request) -> bool:
    """Whether someone sends it who may: of the group `publisher`, or for templates operators."""
    is_of_template = request.path.startswith(TEMPLATES)
    return request.who in AUTHORS or (is_of_template and request.who == "operator")


def reads_template(request: Request) -> bool:
    """Whether it reads a template, which is everybody's."""
    return request.method == "GET" and request.path.startswith(TEMPLATES)
