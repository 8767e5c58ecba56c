"""Calls of a platform's HTTP API: JSON in and out, one attempt on a connection of its own.

A publish call that may have arrived and had no clear response has an unknown outcome. All else
that fails without a word of the platform's is transient: it made nothing public.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec
import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from chalicelib.publisher.channels import calls
from chalicelib.publisher.channels.base import Rejection
from chalicelib.publisher.model import DeliveryErrorClass

CONNECT_S, READ_S = 5.0, 30.0
_NOT_SENT = (ConnectTimeoutError, NewConnectionError)  # before a byte of the request was sent


class Reply(NamedTuple):
    """A response: `body` is its JSON object, empty if it is none; header names as sent."""

    status: int
    headers: Mapping[str, str]
    body: dict[str, Any]

    @property
    def is_success(self) -> bool:
        """Whether the platform did what it was asked."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    @property
    def retry_after_s(self) -> float | None:
        """The `Retry-After` header, where it is in seconds."""
        text = self.headers.get("Retry-After", "")
        return float(text) if text.isascii() and text.isdigit() else None

    @property
    def request_id(self) -> str | None:
        """The platform's own id of the call: Meta's or LinkedIn's."""
        found = (self.headers.get(name) for name in ("x-fb-trace-id", "x-li-uuid"))
        return next(filter(None, found), None)


@dataclass(frozen=True, slots=True)
class HttpApi:
    """One platform's API; `name` is what people call it."""

    name: str
    base_url: str

    def call(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str],
        json: Any = None,
        publishes: bool = False,
    ) -> Reply:
        """Call; the reply may be an error of the platform's.

        Raises Rejection without a reply, and for a 5xx: of class `unknown` for a call that
        `publishes`, else `transient`.
        """
        data = None if json is None else msgspec.json.encode(json)
        typed = {"Content-Type": "application/json", **headers}
        return self.send(method, self.base_url + path, typed, data, publishes=publishes)

    def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        data: bytes | None,
        *,
        publishes: bool = False,
    ) -> Reply:
        """As `call`, for a whole URL and bytes."""
        timeout = urllib3.Timeout(connect=CONNECT_S, read=READ_S)
        note = partial(calls.note, _describe(method, url), publishes=publishes)
        try:
            with urllib3.PoolManager(num_pools=1, retries=False, timeout=timeout) as pool:
                response = pool.request(method, url, headers=dict(headers), body=data)
        except HTTPError as error:
            note(None, None, type(error).__name__)
            may_have_published = publishes and not isinstance(error, _NOT_SENT)
            raise self._fail(_class_of(may_have_published), type(error).__name__) from error
        reply = Reply(response.status, response.headers, _read_object(response.data))
        note(reply.status, reply.request_id)
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise self._fail(_class_of(publishes), str(reply.status))
        return reply

    def lacks(self, what: str, *, publishes: bool = False) -> Rejection:
        """For a success that does not say what it should, such as an id."""
        return self._fail(_class_of(publishes), f"no {what}")

    def _fail(self, error_class: DeliveryErrorClass, code: str) -> Rejection:
        return Rejection(
            error_class=error_class,
            code=code,
            message=f"{self.name} did not respond as it should ({code})",
            advice="It is tried again by itself; nothing has to be done.",
        )


def _class_of(publishes: bool) -> DeliveryErrorClass:  # noqa: FBT001 one flag, named at each call
    return DeliveryErrorClass.UNKNOWN if publishes else DeliveryErrorClass.TRANSIENT


def _describe(method: str, url: str) -> str:
    """Without the query and whatever else may be secret."""
    parts = urlsplit(url)
    return f"{method} {parts.netloc.rpartition('@')[2]}{parts.path}"


def _read_object(data: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(data, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {}
