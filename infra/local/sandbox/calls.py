"""Requests as the fakes read them, their responses, and the routes between the two."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import parse_qsl, unquote

import msgspec

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
Checked = TypeVar("Checked")


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One request. Header names are lower case; `parts` are the path's named parts, decoded."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes = b""
    parts: dict[str, str] = {}

    def read_json(self) -> Any:
        """The body as JSON; None if it is none."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    def read_form(self) -> dict[str, str]:
        """The fields of a form's body."""
        return dict(parse_qsl(self.body.decode(errors="replace"), keep_blank_values=True))


class Response(msgspec.Struct, frozen=True):
    """One response; its Content-Type is JSON unless `headers` have another."""

    status: int
    body: bytes = b""
    headers: dict[str, str] = {}


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a publish call asks for.

    `media` are addresses or ids, `details` what else people want to see. Two drafts of one account
    with the same `fingerprint` are duplicates.
    """

    channel: str
    account: str
    text: str
    media: list[str] = []
    fingerprint: str = ""
    details: dict[str, str] = {}


class Refusal(Exception):
    """A request that a platform refuses. `external_id` is an earlier post that it repeats."""

    def __init__(self, response: Response, external_id: str | None = None) -> None:
        super().__init__(response.body.decode(errors="replace"))
        self.response = response
        self.external_id = external_id


@dataclass(frozen=True, slots=True)
class Failures:
    """How a platform limits and fails, refuses for good, and calls a token expired."""

    rate_limit: Callable[[Call, int], Response]
    error_500: Callable[[Call], Response]
    refused: Callable[[Call], Response]
    expired_token: Callable[[Call], Response]


@dataclass(frozen=True, slots=True)
class Route:
    """One operation of a platform. `read_draft` returns what it would publish, if it publishes.

    Faults strike the calls that `may_fail`.
    """

    method: str
    pattern: str
    channel: str
    handle: Callable[[Call], Response]
    failures: Failures
    read_draft: Callable[[Call], Draft | None] = lambda _: None
    may_fail: Callable[[Call], bool] = lambda _: True

    def match(self, method: str, path: str) -> dict[str, str] | None:
        """The named parts of a path, decoded; None if the route is another."""
        found = re.fullmatch(self.pattern, path) if method == self.method else None
        if found is None:
            return None
        return {name: unquote(part) for name, part in found.groupdict().items()}


@dataclass(frozen=True, slots=True)
class Check(Generic[Checked]):
    """One rule of a platform: what breaks it, and the response to that."""

    is_broken: Callable[[Checked], bool]
    refuse: Callable[[Checked], Response]


def require_all(checks: Iterable[Check[Checked]], value: Checked) -> None:
    """Raise Refusal by the first rule that is broken; the order is the platform's."""
    for check in checks:
        if check.is_broken(value):
            raise Refusal(check.refuse(value))


def make_json(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Response:
    """A response whose body is JSON."""
    return Response(status, json.dumps(value).encode(), dict(headers or {}))
