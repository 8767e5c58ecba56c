"""People who call the app through Chalice's test client, signed in or not."""

import base64
import json
from typing import Any

from chalice.test import Client
from support.contract import Contract
from support.events import JSON

ORIGIN = "https://console.example.com"


def id_token(sub: str = "u-1", **claims: Any) -> str:
    """An unsigned ID token: Chalice's client reads its claims as API Gateway would hand them on."""
    payload = {"sub": sub, "token_use": "id", "cognito:username": sub, "email": f"{sub}@e.org"}
    text = json.dumps({**payload, **claims}).encode()
    return f"e30.{base64.urlsafe_b64encode(text).decode().rstrip('=')}.x"


class Caller:
    """One person's or program's requests, each answer held against the contract.

    `headers` and `raw` are those of the last answer.
    """

    def __init__(self, client: Client, contract: Contract, token: str | None) -> None:
        self._client = client
        self._contract = contract
        self._token = token
        self.headers: dict[str, str] = {}
        self.raw = b""

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        """Send JSON, or bytes as they are; answers status and decoded body, bytes if no JSON.

        Header names have `_` for `-`; "" drops a default.
        """
        sent = {"Authorization": self._token} if self._token else {}
        if body is not None:
            sent["Content-Type"] = JSON
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = {name: value for name, value in sent.items() if value}
        answer = self._client.http.request(method, path, headers=sent, body=raw or b"")
        self.headers, self.raw = answer.headers, answer.body
        self._check(method, path, answer.status_code)
        if self.headers["Content-Type"] != JSON:
            return answer.status_code, self.raw
        return answer.status_code, json.loads(self.raw) if self.raw else None

    def _check(self, method: str, path: str, status: int) -> None:
        assert self.headers["Access-Control-Allow-Origin"] == ORIGIN
        media_type = self.headers["Content-Type"]
        broken = self._contract.broken(method, path, status, media_type, self.raw)
        assert broken is None, f"{method} {path} answered {status}: {broken}"


class Callers:
    """Makes callers."""

    def __init__(self, client: Client, contract: Contract) -> None:
        self._client = client
        self._contract = contract

    def user(self, sub: str = "u-1", **claims: Any) -> Caller:
        """Someone signed in."""
        return Caller(self._client, self._contract, id_token(sub, **claims))

    def operator(self, sub: str = "op-1") -> Caller:
        """Someone of the group `operator`."""
        return self.user(sub, **{"cognito:groups": "operator"})

    def sender(self, key: str) -> Caller:
        """A program that bears a tenant's key."""
        return Caller(self._client, self._contract, f"Bearer {key}")

    def nobody(self) -> Caller:
        """Someone who is not signed in."""
        return Caller(self._client, self._contract, None)
