"""Deterministic faults at botocore's own events: no proxy, no patched library, no chance.

    with failpoint(aws.client("dynamodb"), "PutItem", throttled, throttled) as point:
        ...
    assert point.attempts == 3

Each attempt of the operation meets the next fault; when none is left, attempts pass. On moto a
fault's request never reaches the backend, except where the fault says that it commits.
"""

import contextlib
import itertools
import json
import random
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from moto.core.models import botocore_stubber

Fault = Callable[[Any, Any], AWSResponse | None]
NOWHERE = "http://failpoint.invalid/"  # moto, asked after us, finds nothing to do there


class FailPoint:
    """The faults of one operation; `attempts` counts the requests that came by."""

    def __init__(self, client: Any, faults: Iterable[Fault]) -> None:
        self._client = client
        self._faults = iter(faults)
        self._lock = threading.Lock()
        self.attempts = 0

    def __call__(self, request: Any, **_: Any) -> AWSResponse | None:
        with self._lock:
            self.attempts += 1
            fault = next(self._faults, passed)
        return fault(self._client, request)


@contextlib.contextmanager
def failpoint(client: Any, operation: str, *faults: Fault) -> Iterator[FailPoint]:
    """Let the next attempts of `operation` meet `faults` in turn; `*` is every operation."""
    with failpoints(client, operation, faults) as point:
        yield point


@contextlib.contextmanager
def failpoints(client: Any, operation: str, faults: Iterable[Fault]) -> Iterator[FailPoint]:
    """As `failpoint`, for faults without end."""
    service = client.meta.service_model.service_id.hyphenize()
    event = f"before-send.{service}" + ("" if operation == "*" else f".{operation}")
    point = FailPoint(client, faults)
    client.meta.events.register_first(event, point)
    try:
        yield point
    finally:
        client.meta.events.unregister(event, point)


def always(fault: Fault) -> Iterable[Fault]:
    """`fault` for good."""
    return itertools.repeat(fault)


def sometimes(fault: Fault, share: float, seed: int) -> Iterator[Fault]:
    """`fault` in a `share` (0 to 1) of the attempts, the same ones for the same `seed`."""
    chance = random.Random(seed)  # noqa: S311 a test's dice
    while True:
        yield fault if chance.random() < share else passed


def passed(client: Any, request: Any) -> None:
    """No fault."""


def answered(status: int, code: str) -> Fault:
    """The service answers an error and did nothing."""

    def fault(client: Any, request: Any) -> AWSResponse:
        request.url = NOWHERE
        return _error(request, status, code)

    return fault


throttled = answered(400, "ProvisionedThroughputExceededException")
server_error = answered(500, "InternalServerError")
unavailable = answered(503, "ServiceUnavailable")
slow_down = answered(503, "SlowDown")
access_denied = answered(400, "AccessDeniedException")


def cancelled(*codes: str) -> Fault:
    """A transaction is cancelled, per action for one of `codes`."""

    def fault(client: Any, request: Any) -> AWSResponse:
        request.url = NOWHERE
        reasons = [{"Code": code} for code in codes]
        return _error(request, 400, "TransactionCanceledException", CancellationReasons=reasons)

    return fault


def lost_response(client: Any, request: Any) -> AWSResponse:
    """The service does its work, and its answer is a 500."""
    _commit(client, request)
    return _error(request, 500, "InternalServerError")


def timed_out_after_commit(client: Any, request: Any) -> AWSResponse:
    """The service does its work, and no answer comes."""
    _commit(client, request)
    raise ReadTimeoutError(endpoint_url=request.url)


def timed_out(client: Any, request: Any) -> AWSResponse:
    """Nothing is done and no answer comes."""
    raise ReadTimeoutError(endpoint_url=request.url)


def connect_timed_out(client: Any, request: Any) -> AWSResponse:
    """No connection comes about."""
    raise ConnectTimeoutError(endpoint_url=request.url)


def refused(client: Any, request: Any) -> AWSResponse:
    """The connection is refused."""
    raise EndpointConnectionError(endpoint_url=request.url)


def garbled(client: Any, request: Any) -> AWSResponse:
    """The service answers 200 and not in its own format."""
    request.url = NOWHERE
    return AWSResponse(request.url, 200, {}, _Raw(b"<html>"))


def before(act: Callable[[], Any]) -> Fault:
    """Something happens just before the request arrives: a race, lost on purpose."""

    def fault(client: Any, request: Any) -> None:
        act()

    return fault


@contextlib.contextmanager
def closed_port() -> Iterator[str]:
    """A URL where connections are refused."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        yield _url(reserved)


@contextlib.contextmanager
def black_hole() -> Iterator[str]:
    """A URL where connections are taken and nothing ever answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(128)
        yield _url(listening)


@contextlib.contextmanager
def hanging_connect() -> Iterator[str]:
    """A URL where not even the connection comes about: the listener's queue is full."""
    with contextlib.ExitStack() as held:
        listening = held.enter_context(socket.socket())
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        for _ in range(4):
            waiting = held.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield _url(listening)


def _url(listening: socket.socket) -> str:
    return f"http://127.0.0.1:{listening.getsockname()[1]}"


def _commit(client: Any, request: Any) -> None:
    answer = botocore_stubber("before-send", request)
    if answer is None:  # no moto: a server of the test's own
        client._endpoint.http_session.send(request)
    request.url = NOWHERE


def _error(request: Any, status: int, code: str, **more: Any) -> AWSResponse:
    if "X-Amz-Target" in request.headers:
        body = json.dumps({"__type": code, "message": "a fault of the test", **more}).encode()
    else:
        body = f"<Error><Code>{code}</Code><Message>a fault of the test</Message></Error>".encode()
    headers = {"x-amzn-RequestId": "fault", "x-amzn-ErrorType": code}
    return AWSResponse(request.url, status, headers, _Raw(body))


class _Raw(BytesIO):
    """A body as urllib3 hands it over."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()
