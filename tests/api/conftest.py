"""A signed-in Chalice client over the declared resources on moto."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from chalice.test import Client

from chalicelib import wiring
from chalicelib.aws import Aws

JSON = "application/json"


def id_token(sub: str = "u-1", **claims: Any) -> str:
    """An unsigned ID token: Chalice's client reads its claims as API Gateway would hand them on."""
    payload = {"sub": sub, "token_use": "id", "cognito:username": sub, "email": f"{sub}@e.org"}
    text = json.dumps({**payload, **claims}).encode()
    return f"e30.{base64.urlsafe_b64encode(text).decode().rstrip('=')}.x"


class Caller:
    """One person's requests; `status, body` of the answer, whose headers are in `headers`."""

    def __init__(self, client: Client, token: str | None) -> None:
        self._client = client
        self._token = token
        self.headers: dict[str, str] = {}

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Send JSON, or bytes as they are. Header names have `_` for `-`; "" drops a default."""
        sent = {"Authorization": self._token} if self._token else {}
        if body is not None:
            sent["Content-Type"] = JSON
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = {name: value for name, value in sent.items() if value}
        answer = self._client.http.request(method, path, headers=sent, body=raw or b"")
        self.headers = answer.headers
        return answer.status_code, json.loads(answer.body) if answer.body else None


class Callers:
    """Makes callers."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def user(self, sub: str = "u-1", **claims: Any) -> Caller:
        """Someone signed in."""
        return Caller(self._client, id_token(sub, **claims))

    def operator(self, sub: str = "op-1") -> Caller:
        """Someone of the group `operator`."""
        return self.user(sub, **{"cognito:groups": "operator"})

    def nobody(self) -> Caller:
        """Someone who is not signed in."""
        return Caller(self._client, None)


@pytest.fixture
def callers(aws: Aws) -> Iterator[Callers]:
    """People who call the app, each test with fresh clients and state."""
    from app import app

    for built in (wiring.aws, wiring.records, wiring.analytics, wiring._cursors):
        built.cache_clear()
    with Client(app) as client:
        yield Callers(client)
