"""The event that API Gateway hands to a function (REST API, proxy integration)."""

import base64
import re
import secrets
import time
from collections.abc import Collection
from typing import Any
from urllib.parse import parse_qs

from chalicelib.errors import TooLarge
from infra.declared.stages import LOCAL_ACCOUNT
from infra.local.gateway.routes import Match

FUNCTION_BODY_BYTES = 6 * 1024 * 1024 - 64 * 1024  # of Lambda's 6 MB; headers take the rest
SOURCE_IP = "127.0.0.1"  # the gateway listens nowhere else
TRACE_HEADER = "x-amzn-trace-id"
_TRACE = re.compile(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}(;[!-~]{0,200})?")


def event(  # noqa: PLR0913 the parts of a request
    *,
    method: str,
    path: str,
    query: str,
    match: Match,
    headers: dict[str, str],
    body: bytes | None,
    request_id: str,
    stage: str,
    binary_types: Collection[str],
) -> dict[str, Any]:
    """The event of one request. Header names are lower case.

    A text body stays bytes, as under `chalice local`, so that bad UTF-8 reaches the function's
    own check, and gzip stays packed, where API Gateway unpacks a text; of a binary type it is
    base64. Path parameters stay encoded: a REST API does not decode them.

    Raises TooLarge for a body that Lambda would not take as base64.
    """
    if not _TRACE.fullmatch(headers.get(TRACE_HEADER, "")):
        headers = {**headers, TRACE_HEADER: _new_trace()}
    content: bytes | str | None = body
    is_binary = body is not None and _media_type(headers) in binary_types
    if is_binary and body is not None:
        content = base64.b64encode(body).decode()
        if len(content) > FUNCTION_BODY_BYTES:
            raise TooLarge("the body is too large for the function behind")
    return {
        "resource": match.pattern,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueQueryStringParameters": parse_qs(query, keep_blank_values=True) or None
        if query
        else None,
        "pathParameters": match.parameters,
        "stageVariables": None,
        "requestContext": {
            "accountId": LOCAL_ACCOUNT,
            "apiId": stage,
            "httpMethod": method,
            "identity": {"sourceIp": SOURCE_IP, "userAgent": headers.get("user-agent")},
            "path": f"/{stage}{path}",
            "protocol": "HTTP/1.1",
            "requestId": request_id,
            "requestTimeEpoch": int(time.time() * 1000),
            "resourcePath": match.pattern,
            "stage": stage,
        },
        "body": content,
        "isBase64Encoded": is_binary,
    }


def _media_type(headers: dict[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _new_trace() -> str:
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"
