"""Responses in Lambda's proxy format, and their bytes on the wire."""

import base64
import time
from collections.abc import Mapping
from email.utils import formatdate
from functools import cache
from http import HTTPStatus
from http.client import responses
from typing import Any

from chalicelib import errors, strict_json
from chalicelib.web import api
from chalicelib.web.headers import CACHE_CONTROL, NEVER_STORE
from chalicelib.web.responses import Problem
from infra.local.gateway.wire import HeadTooLarge, TimedOut

Result = dict[str, Any]

STATUS: dict[type[errors.OmniError], int] = {
    **api.STATUS,
    HeadTooLarge: 431,
    TimedOut: 408,
}
_DEFAULT_TYPE = f"Content-Type: {api.JSON}\r\n"
_WITHOUT_BODY = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


def make_result(status: int, headers: Mapping[str, str], body: str | bytes | None) -> Result:
    """A proxy result; its body may also be bytes."""
    return {
        "statusCode": status,
        "headers": dict(headers),
        "multiValueHeaders": {},
        "body": body,
    }


def make_problem(error: errors.OmniError, request_id: str, cors: Mapping[str, str]) -> Result:
    """The response to a named failure, with CORS headers.

    429 and 503 carry Retry-After, in seconds.
    """
    body = Problem(message=str(error), code=error.code, request_id=request_id)
    headers = {"Content-Type": api.JSON, CACHE_CONTROL: NEVER_STORE, **cors}
    if isinstance(error, errors.Unavailable | errors.TooManyRequests):
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, errors.Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return make_result(STATUS[type(error)], headers, strict_json.encode(body))


def make_internal_error(request_id: str, cors: Mapping[str, str]) -> Result:
    """The response to an error of the gateway itself; details are logged."""
    body = Problem("something went wrong on our side", "internal_error", request_id)
    headers = {"Content-Type": api.JSON, CACHE_CONTROL: NEVER_STORE, "Retry-After": "1", **cors}
    return make_result(500, headers, strict_json.encode(body))


def require_single_lines(result: Result) -> None:
    """Raise ValueError for a header value with a line break, as API Gateway refuses it."""
    multiple = result["multiValueHeaders"].items()
    several = [(name, value) for name, values in multiple for value in values]
    for name, value in (*result["headers"].items(), *several):
        if "\n" in value or "\r" in value:
            raise ValueError(f"the header {name} contains a line break")


def encode(result: Result, *, head_only: bool, close: bool) -> bytes:
    """The bytes of a response. `head_only` leaves out the body but not its length (for HEAD)."""
    status, body = result["statusCode"], _encode_body(result)
    lines = [_status_line(status), _date_line(int(time.time()))]
    if body and {"Content-Type", "content-type"}.isdisjoint(result["headers"]):
        lines.append(_DEFAULT_TYPE)
    lines += [f"{name}: {value}\r\n" for name, value in result["headers"].items()]
    for name, values in result["multiValueHeaders"].items():
        lines += [f"{name}: {value}\r\n" for value in values]
    has_body = status not in _WITHOUT_BODY
    if has_body:
        lines.append(f"Content-Length: {len(body)}\r\n")
    lines.append("Connection: close\r\n\r\n" if close else "Connection: keep-alive\r\n\r\n")
    head = "".join(lines).encode("latin-1", "replace")
    return head + body if has_body and not head_only else head


def _encode_body(result: Result) -> bytes:
    body: str | bytes = result["body"] or b""
    if result.get("isBase64Encoded"):
        return base64.b64decode(body)
    return body.encode() if isinstance(body, str) else body


@cache
def _status_line(status: int) -> str:
    return f"HTTP/1.1 {status} {responses.get(status, '')}\r\n"


_dates: dict[int, str] = {}


def _date_line(epoch_s: int) -> str:
    """The Date header, formatted once a second."""
    line = _dates.get(epoch_s)
    if line is None:
        line = f"Date: {formatdate(epoch_s, usegmt=True)}\r\n"
        _dates.clear()
        _dates[epoch_s] = line
    return line
