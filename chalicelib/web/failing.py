"""What is kept of a request that failed on our side."""

from typing import Any

import msgspec

from chalicelib import times
from chalicelib.failed_request import FailedRequest
from chalicelib.web import requests


def describe(request: Any, response: Any) -> FailedRequest:
    """A failed request by its route, without what was sent; protobuf has no code."""
    body = msgspec.json.decode(response.body) if isinstance(response.body, str) else {}
    return FailedRequest(
        at=times.sortable_text(times.now()),
        request_id=requests.request_id(request),
        method=request.method,
        route=request.context["resourcePath"],
        status=response.status_code,
        code=str(body.get("code", "")),
        user=(requests.authorizer(request).get("claims") or {}).get("sub"),
    )
