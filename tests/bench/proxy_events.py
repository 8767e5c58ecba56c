"""The two requests that every candidate answers, as API Gateway hands them to a function."""

from typing import Any

from tests.support.events import api_event

USER_ID = "ada@example.org"
BODY = (
    '{"user_id":"ada@example.org","name":"Ada Lovelace","age":36,"score":98.6,"active":true,'
    '"tags":["math","engines"],"address":{"city":"London","geo":[51.5074,-0.1278]}}'
)
CALLER = {
    "sub": "6f1a2b3c-0000-4000-8000-1d2e3f4a5b6c",
    "claims": {
        "email": "ada@example.org",
        "cognito:groups": "operator,publisher",
        "custom:tenant_id": "acme",
    },
    "headers": {
        "Accept": "application/json",
        "Authorization": "a-verified-token",
        "Host": "abcdef1234.execute-api.us-east-1.amazonaws.com",
        "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36",
        "X-Amzn-Trace-Id": "Root=1-67ffe1d2-0123456789abcdef01234567",
        "X-Forwarded-For": "203.0.113.7, 203.0.113.8",
        "X-Forwarded-Port": "443",
        "X-Forwarded-Proto": "https",
    },
}


def get_user() -> dict[str, Any]:
    """`GET /get-user?user_id=...`, signed in."""
    return api_event("GET", "/get-user", query={"user_id": [USER_ID]}, **CALLER)


def stream() -> dict[str, Any]:
    """`POST /stream` with a small record, signed in."""
    return api_event("POST", "/stream", body=BODY, **CALLER)
