"""Requests to an API that is deployed to the emulator."""

import http.client
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_TIMEOUT_S = 30.0


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer; `body` is parsed JSON, None for an empty one."""

    status: int
    body: Any
    headers: dict[str, str]


@dataclass(frozen=True)
class DeployedApi:
    """One stage of one API."""

    endpoint_url: str
    rest_api_id: str
    stage: str

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send JSON, bytes as they are, or nothing; header names have `_` for `-`."""
        base = f"/restapis/{self.rest_api_id}/{self.stage}/_user_request_"
        sent = {} if body is None else {"Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        netloc = urlsplit(self.endpoint_url).netloc
        connection = http.client.HTTPConnection(netloc, timeout=_TIMEOUT_S)
        try:
            connection.request(method, base + path, raw, sent)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        parsed = json.loads(text) if text else None
        return Answer(status=answer.status, body=parsed, headers=dict(answer.getheaders()))
