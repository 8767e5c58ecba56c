"""The examples of the document, and what must be there before each can be sent."""

import copy
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from letters_kit import queue
from publisher_kit import CERTIFICATES, MESSAGES, made
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

    def _prepare(self, sent: Sent) -> tuple[Any, str]:  # noqa: C901 a branch for each kind of id
        """Who sends it, and where to, once what it is about is there."""
        if sent.name in ("ingest", "export_otlp"):
            return self._callers.sender(made_tenant(self.person, "acme")), sent.path
        path = sent.path.replace("{user_id}", "ada").replace("{queue}", "orders")
        if "{user_id}" in sent.path:
            self.person.send("POST", "/stream", {"user_id": "ada", "name": "Ada", "scores": [1]})
        if "{queue}" in sent.path:
            queue(self._aws, "orders", dead=True).send("{}")
        if "{tenant_id}" in sent.path:
            made_tenant(self.person, "acme")
            path = path.replace("{tenant_id}", "acme")
        if "{key_id}" in sent.path:
            path = path.replace("{key_id}", added_key(self.person, "acme")["key_id"])
        if "{certification_id}" in sent.path:
            new = {"name": "n", "issuer": "i", "issued_on": "2026-01-31"}
            path = path.replace("{certification_id}", made(self.person, CERTIFICATES, new)["id"])
        if "{webhook_id}" in sent.path:
            path = path.replace("{webhook_id}", self._make_webhook())
        if "{message_id}" in sent.path:
            path = path.replace("{message_id}", self._make_message(sent.name))
        return self.person, path

    def _make_webhook(self) -> str:
        new = {"url": "https://a.example/", "events": ["message.sent"]}
        return str(made(self.person, "/api/v1/webhooks", new)["webhook"]["id"])

    def _make_message(self, name: str) -> str:
        """A scheduled message, or one whose mail is unconfirmed; returns its id."""
        new = {
            "content": "Hello",
            "channels": ["email"],
        }
        if name != "resolve_delivery":
            new["scheduled_at"] = "2030-01-31T09:00:00Z"
        message_id: str = made(self.person, MESSAGES, new)["id"]
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
                yield Member((*place, name), name in schema.get("required", ()))
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
