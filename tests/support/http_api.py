"""The HTTP API for intake before the app, by what AWS documents of HTTP APIs and format 1.0.

The events are those of "Create AWS Lambda proxy integrations for HTTP APIs" and "Control access to
HTTP APIs with AWS Lambda authorizers"; a body is text by its Content-Type alone, as AWS's "Handling
binary data using Amazon API Gateway HTTP APIs" has it.
"""

import base64
import json
from typing import Any, NamedTuple

from support.events import Context
from support.people import ORIGIN

from app import app, tenant_key
from infra.declared.intake import DEFAULT_STAGE, EXPOSED_HEADERS, INTAKE_ROUTES, PEOPLE

API = "abcdef123"
ARN = f"arn:aws:execute-api:us-east-1:123456789012:{API}/{DEFAULT_STAGE}"
TEXTS = ("application/json", "application/xml", "application/javascript")
Headers = dict[str, str]


class HttpAnswer(NamedTuple):
    """A response on the wire."""

    status: int
    headers: Headers
    body: bytes


def post(path: str, body: bytes, headers: Headers) -> HttpAnswer:
    """Send a request; header names in any case. A token is not verified, as by Chalice's client."""
    sent = {name.lower(): value for name, value in headers.items()}
    route = next(route for route in INTAKE_ROUTES if route.path == path)
    authorize = _read_token if route.authorization == PEOPLE else _ask_function
    found = authorize(path, sent) if sent.get("authorization") else 401
    if isinstance(found, int):
        text = {401: "Unauthorized", 403: "Forbidden"}[found]
        return _with_cors(sent, found, {}, json.dumps({"message": text}).encode())
    made = app(build_event(path, body, sent, found), Context())
    raw = made["body"]
    decoded = base64.b64decode(raw) if made.get("isBase64Encoded") else raw.encode()
    return _with_cors(sent, made["statusCode"], made["headers"], decoded)


def build_event(path: str, body: bytes, headers: Headers, authorizer: Any) -> dict[str, Any]:
    """The event of a POST in payload format 1.0."""
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    is_text = kind.startswith("text/") or kind in TEXTS
    return {
        "version": "1.0",
        "resource": path,
        "path": path,
        "httpMethod": "POST",
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "requestContext": _build_context(path, authorizer),
        "pathParameters": None,
        "stageVariables": None,
        "body": body.decode(errors="replace") if is_text else base64.b64encode(body).decode(),
        "isBase64Encoded": not is_text,
    }


def build_authorizer_event(path: str, headers: Headers) -> dict[str, Any]:
    """The event that asks the authorizer's function."""
    token = headers["authorization"]
    return {
        "version": "1.0",
        "type": "REQUEST",
        "methodArn": f"{ARN}/POST{path}",
        "identitySource": token,
        "authorizationToken": token,
        "resource": path,
        "path": path,
        "httpMethod": "POST",
        "headers": headers,
        "queryStringParameters": {},
        "pathParameters": {},
        "stageVariables": {},
        "requestContext": _build_context(path, None),
    }


def _build_context(path: str, authorizer: Any) -> dict[str, Any]:
    return {
        "accountId": "123456789012",
        "apiId": API,
        "authorizer": authorizer or {"claims": None, "scopes": None},
        "domainName": f"{API}.execute-api.us-east-1.amazonaws.com",
        "domainPrefix": API,
        "extendedRequestId": "request-id",
        "httpMethod": "POST",
        "identity": {"accessKey": None, "sourceIp": "192.0.2.1", "userAgent": "curl/8"},
        "path": path,
        "protocol": "HTTP/1.1",
        "requestId": "id=",
        "requestTime": "04/Mar/2020:19:15:17 +0000",
        "requestTimeEpoch": 1583349317135,
        "resourceId": None,
        "resourcePath": path,
        "stage": DEFAULT_STAGE,
    }


def _read_token(_path: str, headers: Headers) -> Any:
    """A JWT authorizer's claims, all of which are texts; 401 for what is no token."""
    parts = headers["authorization"].removeprefix("Bearer ").split(".")
    if len(parts) != 3:
        return 401
    claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=="))
    return {"claims": {name: _to_text(value) for name, value in claims.items()}, "scopes": None}


def _to_text(value: Any) -> str:
    if isinstance(value, list):
        return f"[{' '.join(value)}]"
    return value if isinstance(value, str) else json.dumps(value)


def _ask_function(path: str, headers: Headers) -> Any:
    """What the authorizer's function adds; 403 unless its policy names the route."""
    event = build_authorizer_event(path, headers)
    answer = tenant_key(event, Context())
    (statement,) = answer["policyDocument"]["Statement"]
    if f"{ARN}/*{path}" not in statement["Resource"]:
        return 403
    return {**answer["context"], "principalId": answer["principalId"]}


def _with_cors(sent: Headers, status: int, headers: Headers, body: bytes) -> HttpAnswer:
    """The API's own CORS headers, to requests with an Origin, for those of the function."""
    names = {name for name in headers if not name.lower().startswith("access-control-")}
    kept = {name: headers[name] for name in names}
    if sent.get("origin") == ORIGIN:
        kept |= {
            "Access-Control-Allow-Origin": ORIGIN,
            "Access-Control-Expose-Headers": ",".join(EXPOSED_HEADERS),
        }
    return HttpAnswer(status, kept, body)
