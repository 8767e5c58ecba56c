"""Sends requests to the APIs that are deployed to the emulator."""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

_TIMEOUT_S = 30.0


@dataclass(frozen=True, kw_only=True)
class ApiResponse:
    """A response; `body` is parsed JSON, None if it is empty."""

    status: int
    body: Any
    headers: dict[str, str]


@dataclass(frozen=True)
class DeployedApi:
    """One stage of a REST API."""

    endpoint_url: str
    rest_api_id: str
    stage: str

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> ApiResponse:
        """Send a body as JSON, or bytes unchanged; header names have `_` for `-`."""
        base = f"/restapis/{self.rest_api_id}/{self.stage}/_user_request_"
        return _send(self.endpoint_url, method, base + path, body, headers)


@dataclass(frozen=True)
class DeployedHttpApi:
    """An HTTP API, which the emulator knows by the name of its host."""

    endpoint_url: str
    api_id: str

    def post(
        self, path: str, body: Any, authorization: str | None = None, **headers: str
    ) -> ApiResponse:
        """Post a body as JSON; header names have `_` for `-`."""
        port = urlsplit(self.endpoint_url).port
        headers["Host"] = f"{self.api_id}.execute-api.localhost:{port}"
        if authorization is not None:
            headers["Authorization"] = authorization
        return _send(self.endpoint_url, "POST", path, body, headers)


def _send(
    endpoint_url: str, method: str, path: str, body: Any, headers: Mapping[str, str]
) -> ApiResponse:
    all_headers = {} if body is None else {"Content-Type": "application/json"}
    all_headers |= {name.replace("_", "-"): value for name, value in headers.items()}
    raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    connection = http.client.HTTPConnection(urlsplit(endpoint_url).netloc, timeout=_TIMEOUT_S)
    try:
        connection.request(method, path, raw, all_headers)
        response = connection.getresponse()
        text = response.read()
    finally:
        connection.close()
    parsed = json.loads(text) if text else None
    return ApiResponse(status=response.status, body=parsed, headers=dict(response.getheaders()))
