"""What is told of a request that failed on our side."""

from typing import Any

import msgspec

from chalicelib import times
from chalicelib.failed_request import FailedRequest
from chalicelib.web import requests


class _Coded(msgspec.Struct):
    code: str


def describe(request: Any, status: int, body: object) -> FailedRequest:
    """The request by its route, without what was sent; `body` is the response's."""
    claims = requests.authorizer(request).get("claims") or {}
    return FailedRequest(
        at=times.sortable_text(times.now()),
        request_id=requests.request_id(request),
        method=request.method,
        route=request.context["resourcePath"],
        status=status,
        code=_read_code(body) or f"http_{status}",
        user=claims.get("sub"),
    )


def _read_code(body: object) -> str | None:
    """The code of our own errors; the words of another protocol have none."""
    try:
        return msgspec.json.decode(body, type=_Coded).code if isinstance(body, str) else None
    except msgspec.MsgspecError:
        return None
