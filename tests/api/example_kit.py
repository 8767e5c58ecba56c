"""The examples of the document, and what must be there before each can be sent."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from letters_kit import queue
from publisher_kit import (
    AT,
    CERTIFICATES,
    MESSAGES,
    RECURS,
    SERIES,
    TEMPLATE,
    TEMPLATES,
    author_of,
    made,
)
from support.clouds import RESOURCES
from tenant_kit import added_key, made_tenant

import chalicelib
from app import app
from chalicelib.aws import Aws
from chalicelib.aws.table import Condition, Table
from chalicelib.publisher import keys

DOCUMENT = app.openapi(chalicelib.__version__)
JSON = "application/json"
BINARY = {"format": "binary", "type": "string"}  # no example can be written in JSON
_MESSAGES_TABLE = next(
    table.name for table in RESOURCES.tables if table.variable == "MESSAGES_TABLE"
)


OF_OTHERS = ("approve_message", "send_back_message")  # their author may not send these


class Sent(NamedTuple):
    """An example of a request's body."""

    name: str
    method: str
    path: str
    status: str
    media_type: str
    schema: dict[str, Any]
    example: Any


def list_requests() -> Iterator[Sent]:
    """Every body that the document describes; `example` is None where it has none."""
    for path, item in DOCUMENT["paths"].items():
        for method, operation in item.items():
            done = next(iter(operation["responses"]))
            for media_type, body in operation.get("requestBody", {"content": {}})[
                "content"
            ].items():
                if body["schema"] != BINARY:
                    yield Sent(
                        *(operation["operationId"], method.upper(), path, done, media_type),
                        *(body["schema"], body.get("example")),
                    )


class Stage:
    """The app with what a request needs; `reader` may do everything that people may."""

    def __init__(self, callers: Any, aws: Aws) -> None:
        groups = {"cognito:groups": "operator,publisher", "custom:tenant_id": "acme"}
        self._callers, self._aws = callers, aws
        self.person = callers.user("ada", **groups)

    def send(self, sent: Sent, body: Any) -> tuple[int, Any]:
        """Send `body` as the request that `sent` is of."""
        caller, path = self._prepare(sent)
        raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        return caller.send(sent.method, path, raw, Content_Type=sent.media_type)

    def _prepare(self, sent: Sent) -> tuple[Any, str]:
        """Who sends it, and where to, once what it is about is there."""
        if sent.name in ("ingest", "export_otlp"):
            return self._callers.sender(made_tenant(self.person, "acme")), sent.path
        path = sent.path
        for parameter, make in self._list_makers().items():
            if f"{{{parameter}}}" in path:
                path = path.replace(f"{{{parameter}}}", make(sent))
        return self.person, path

    def _list_makers(self) -> dict[str, Callable[[Sent], str]]:
        """What makes the thing that a path's parameter names, and returns its id; in order."""
        return {
            "user_id": lambda _: self._make_record(),
            "queue": lambda _: self._leave_letter(),
            "tenant_id": lambda _: self._make_tenant(),
            "key_id": lambda _: str(added_key(self.person, "acme")["key_id"]),
            "series_id": lambda _: self._make_series(),
            "at": lambda _: AT,
            "certification_id": lambda _: self._make_certification(),
            "webhook_id": lambda _: self._make_webhook(),
            "token": lambda _: self._make_link(),
            "template_id": lambda _: str(made(self.person, TEMPLATES, TEMPLATE)["id"]),
            "message_id": lambda sent: self._make_message(sent.name),
        }

    def _make_record(self) -> str:
        self.person.send("POST", "/stream", {"user_id": "ada", "name": "Ada", "scores": [1]})
        return "ada"

    def _leave_letter(self) -> str:
        queue(self._aws, "orders", dead=True).send("{}")
        return "orders"

    def _make_tenant(self) -> str:
        made_tenant(self.person, "acme")
        return "acme"

    def _make_series(self) -> str:
        new = {"content": "x", "channels": ["email"], **RECURS}
        return str(made(self.person, SERIES, new)["id"])

    def _make_certification(self) -> str:
        new = {"name": "n", "issuer": "i", "issued_on": "2026-01-31"}
        return str(made(self.person, CERTIFICATES, new)["id"])

    def _make_webhook(self) -> str:
        new = {"url": "https://a.example/", "events": ["message.sent"]}
        return str(made(self.person, "/api/v1/webhooks", new)["webhook"]["id"])

    def _make_link(self) -> str:
        """The token of an e-mail's link."""
        import app as app_module

        links = app_module.wiring.publisher.mail.unsubscribing.links
        message_id = self._make_message("unsubscribe")
        return str(links.make_url(f"{message_id}#email").rpartition("/")[2])

    def _make_message(self, name: str) -> str:
        """A message that waits for approval, or one whose mail is unconfirmed; returns its id."""
        new = {
            "content": "Hello",
            "channels": ["email"],
        }
        if name != "resolve_delivery":
            new["scheduled_at"] = "2030-01-31T09:00:00Z"
        author = author_of(self._callers, "bob") if name in OF_OTHERS else self.person
        message_id: str = made(author, MESSAGES, new)["id"]
        if name == "resolve_delivery":
            table = Table(self._aws.client("dynamodb"), _MESSAGES_TABLE)
            table.update(
                keys.delivery(message_id, "email"),
                Condition("SET #s = :s", {"#s": "status"}, {":s": "unconfirmed"}),
            )
        return message_id


class Member(NamedTuple):
    """A member of an example: where it is, and whether its schema requires it."""

    place: tuple[str | int, ...]
    is_required: bool


def list_members(schema: dict[str, Any], example: Any) -> Iterator[Member]:
    """Each member of the example that its schema names, those of its members too."""
    yield from _walk(_resolve(schema, example), example, ())


def leave_out(example: Any, place: tuple[str | int, ...]) -> Any:
    """The example without the member at `place`."""
    rest = copy.deepcopy(example)
    part = rest
    for step in place[:-1]:
        part = part[step]
    del part[place[-1]]
    return rest


def _walk(schema: dict[str, Any], value: Any, place: tuple[str | int, ...]) -> Iterator[Member]:
    if isinstance(value, list):
        for index, member in enumerate(value):
            items = schema.get("items", {})
            yield from _walk(_resolve(items, member), member, (*place, index))
    elif isinstance(value, dict):
        named, others = schema.get("properties", {}), schema.get("additionalProperties")
        for name, member in value.items():
            if name in named:
                # The examples name no field without which others are required.
                required = {
                    *schema.get("required", ()),
                    *schema.get("then", {}).get("required", ()),
                }
                yield Member((*place, name), name in required)
            below = named.get(name) or (others if isinstance(others, dict) else {})
            yield from _walk(_resolve(below, member), member, (*place, name))


def _resolve(schema: dict[str, Any], value: Any) -> dict[str, Any]:
    """The schema behind a reference, and that alternative which is of the value's kind."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _resolve(DOCUMENT["components"]["schemas"][name], value)
    kind = {dict: "object", list: "array"}.get(type(value))
    found = [_resolve(choice, value) for choice in schema.get("anyOf", ())]
    return next((choice for choice in found if choice.get("type") == kind), schema)
