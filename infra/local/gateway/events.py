"""The event that API Gateway sends to a function (REST API, proxy integration)."""

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

FUNCTION_BODY_BYTES = 6 * 1024 * 1024 - 64 * 1024  # of Lambda's 6 MB; the rest is for headers
SOURCE_IP = "127.0.0.1"  # the local gateway listens on loopback only
TRACE_HEADER = "x-amzn-trace-id"
_TRACE = re.compile(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24}(;[!-~]{0,200})?")


def build_event(  # noqa: PLR0913 the parts of a request
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
    source_ip: str = SOURCE_IP,
) -> dict[str, Any]:
    """The event of one request. Header names are lower case.

    A body of a binary type is base64. A text body stays bytes, as with `chalice local`, so that the
    function itself checks its UTF-8, and it stays compressed, where API Gateway decompresses it.
    Path parameters stay encoded, as in a REST API.

    Raises TooLarge for a body whose base64 exceeds Lambda's limit.
    """
    if not _TRACE.fullmatch(headers.get(TRACE_HEADER, "")):
        headers = {**headers, TRACE_HEADER: _make_trace_id()}
    is_binary = body is not None and _read_media_type(headers) in binary_types
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
            "identity": {"sourceIp": source_ip, "userAgent": headers.get("user-agent")},
            "path": f"/{stage}{path}",
            "protocol": "HTTP/1.1",
            "requestId": request_id,
            "requestTimeEpoch": int(time.time() * 1000),
            "resourcePath": match.pattern,
            "stage": stage,
        },
        "body": _encode(body) if body is not None and is_binary else body,
        "isBase64Encoded": is_binary,
    }


def _encode(body: bytes) -> str:
    """Raises TooLarge."""
    content = base64.b64encode(body).decode()
    if len(content) > FUNCTION_BODY_BYTES:
        raise TooLarge("the body is too large for the function")
    return content


def drop_condition(event: dict[str, Any]) -> dict[str, Any]:
    """The event of a request that asks for the whole response, whatever its client has."""
    headers = {name: text for name, text in event["headers"].items() if name != "if-none-match"}
    return {**event, "headers": headers}


def _read_media_type(headers: dict[str, str]) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def _make_trace_id() -> str:
    return f"Root=1-{int(time.time()):08x}-{secrets.token_hex(12)}"
