"""Answers as proxy results, the shape that functions give, and their bytes on the wire."""

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
from chalicelib.web.responses import Problem
from infra.local.gateway.wire import HeadTooLarge, TimedOut

Result = dict[str, Any]

STATUS: dict[type[errors.OmniError], int] = {
    **api.STATUS,
    HeadTooLarge: 431,
    TimedOut: 408,
}
_DEFAULT_TYPE = f"Content-Type: {api.JSON}\r\n"
_BODILESS = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


def result(status: int, headers: Mapping[str, str], body: str | bytes | None) -> Result:
    """A proxy result; here a body may also be bytes."""
    return {
        "statusCode": status,
        "headers": dict(headers),
        "multiValueHeaders": {},
        "body": body,
    }


def problem(error: errors.OmniError, request_id: str, cors: Mapping[str, str]) -> Result:
    """The stable body of a named failure, readable by a page of another origin.

    429 and 503 say when to try again (Retry-After, seconds).
    """
    body = Problem(message=str(error), code=error.code, request_id=request_id)
    headers = {"Content-Type": api.JSON, **cors}
    if isinstance(error, errors.Unavailable | errors.TooManyRequests):
        headers["Retry-After"] = str(error.retry_after_s)
    if isinstance(error, errors.Unauthenticated):
        headers["WWW-Authenticate"] = "Bearer"
    return result(STATUS[type(error)], headers, strict_json.encode(body))


def internal_error(request_id: str, cors: Mapping[str, str]) -> Result:
    """What is said when the fault is ours; what it was stands in the log."""
    body = Problem("something went wrong on our side", "internal_error", request_id)
    headers = {"Content-Type": api.JSON, "Retry-After": "1", **cors}
    return result(500, headers, strict_json.encode(body))


def require_single_lines(answer: Result) -> None:
    """Raise ValueError for a header that would forge another line; API Gateway refuses it too."""
    several = [(name, each) for name, all_ in answer["multiValueHeaders"].items() for each in all_]
    for name, value in (*answer["headers"].items(), *several):
        if "\n" in value or "\r" in value:
            raise ValueError(f"the header {name} holds a line break")


def encoded(answer: Result, *, head_only: bool, close: bool) -> bytes:
    """The answer's bytes. `head_only` answers a HEAD: the length is told, the body kept back."""
    status, body = answer["statusCode"], _body(answer)
    lines = [_status_line(status), _date(int(time.time()))]
    if body and {"Content-Type", "content-type"}.isdisjoint(answer["headers"]):
        lines.append(_DEFAULT_TYPE)
    lines += [f"{name}: {value}\r\n" for name, value in answer["headers"].items()]
    for name, values in answer["multiValueHeaders"].items():
        lines += [f"{name}: {value}\r\n" for value in values]
    bodiless = status in _BODILESS
    if not bodiless:
        lines.append(f"Content-Length: {len(body)}\r\n")
    lines.append("Connection: close\r\n\r\n" if close else "Connection: keep-alive\r\n\r\n")
    head = "".join(lines).encode("latin-1", "replace")
    return head if head_only or bodiless else head + body


def _body(answer: Result) -> bytes:
    body: str | bytes = answer["body"] or b""
    if answer.get("isBase64Encoded"):
        return base64.b64decode(body)
    return body.encode() if isinstance(body, str) else body


@cache
def _status_line(status: int) -> str:
    return f"HTTP/1.1 {status} {responses.get(status, '')}\r\n"


_dates: dict[int, str] = {}


def _date(now: int) -> str:
    """The Date header; it is made once a second."""
    line = _dates.get(now)
    if line is None:
        line = f"Date: {formatdate(now, usegmt=True)}\r\n"
        _dates.clear()
        _dates[now] = line
    return line
