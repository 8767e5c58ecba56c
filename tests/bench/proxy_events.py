"""The two requests that every candidate answers, as API Gateway hands them to a function."""

from typing import Any

USER_ID = "ada@example.org"
BODY = (
    '{"user_id":"ada@example.org","name":"Ada Lovelace","age":36,"score":98.6,"active":true,'
    '"tags":["math","engines"],"address":{"city":"London","geo":[51.5074,-0.1278]}}'
)
CLAIMS = {
    "sub": "6f1a2b3c-0000-4000-8000-1d2e3f4a5b6c",
    "email": "ada@example.org",
    "cognito:groups": "operator,publisher",
    "custom:tenant_id": "acme",
    "token_use": "id",
}


def get_user() -> dict[str, Any]:
    """`GET /get-user?user_id=...`, signed in."""
    query = {"user_id": USER_ID}
    return _event("GET", "/get-user", body=None, query=query)


def stream() -> dict[str, Any]:
    """`POST /stream` with a small record, signed in."""
    return _event("POST", "/stream", body=BODY, query=None)


def _event(
    method: str, path: str, *, body: str | None, query: dict[str, str] | None
) -> dict[str, Any]:
    headers = {
        "Accept": "application/json",
        "Authorization": "a-verified-token",
        "Content-Type": "application/json",
        "Host": "abcdef1234.execute-api.us-east-1.amazonaws.com",
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
        "X-Amzn-Trace-Id": "Root=1-67ffe1d2-0123456789abcdef01234567",
        "X-Forwarded-For": "203.0.113.7, 203.0.113.8",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    }
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": query,
        "multiValueQueryStringParameters": query and {k: [v] for k, v in query.items()},
        "pathParameters": None,
        "stageVariables": None,
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "abcdef1234",
            "authorizer": {"claims": CLAIMS},
            "domainName": "abcdef1234.execute-api.us-east-1.amazonaws.com",
            "extendedRequestId": "JKJaXmPLvHcESHA=",
            "httpMethod": method,
            "identity": {"sourceIp": "203.0.113.7", "userAgent": "Mozilla/5.0"},
            "path": f"/api{path}",
            "protocol": "HTTP/1.1",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "requestTime": "09/Apr/2026:12:34:56 +0000",
            "requestTimeEpoch": 1775738096000,
            "resourceId": "123456",
            "resourcePath": path,
            "stage": "api",
        },
        "body": body,
        "isBase64Encoded": False,
    }
