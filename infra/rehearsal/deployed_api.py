"""Sends requests to the APIs that are deployed to the emulator."""

import http.client
import json
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
        all_headers = {} if body is None else {"Content-Type": "application/json"}
        all_headers |= {name.replace("_", "-"): value for name, value in headers.items()}
        raw = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        netloc = urlsplit(self.endpoint_url).netloc
        connection = http.client.HTTPConnection(netloc, timeout=_TIMEOUT_S)
        try:
            connection.request(method, base + path, raw, all_headers)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        parsed = json.loads(text) if text else None
        return ApiResponse(status=response.status, body=parsed, headers=dict(response.getheaders()))


def send_to_http_api(endpoint_url: str, api_id: str, path: str) -> int:
    """Post an empty object to an HTTP API without a token; return the status."""
    address = urlsplit(endpoint_url)
    host = f"{api_id}.execute-api.localhost:{address.port}"
    headers = {"Host": host, "Content-Type": "application/json"}
    connection = http.client.HTTPConnection(address.netloc, timeout=_TIMEOUT_S)
    try:
        connection.request("POST", path, b"{}", headers)
        return connection.getresponse().status
    finally:
        connection.close()
