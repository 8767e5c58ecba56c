"""What the sandbox's tests share: a sandbox of their own, images, and a host that serves them."""

import http.client
import http.server
import json
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import botocore.session
from botocore.config import Config

from infra.local.config import HOST
from infra.local.gateway.server import Server
from infra.local.gateway.wire import Limits
from infra.local.sandbox.build import list_routes
from infra.local.sandbox.front import Front
from infra.local.sandbox.images import ImageFetcher
from infra.local.sandbox.origins import Origins
from infra.local.sandbox.port import make_url
from infra.local.sandbox.state import open_state

CONSOLE_PORT = 8000
TOKEN = "token-1"
LINKEDIN = {
    "Authorization": f"Bearer {TOKEN}",
    "LinkedIn-Version": "202610",
    "X-Restli-Protocol-Version": "2.0.0",
}


class Sandbox:
    """A running sandbox; `now` is its clock in epoch seconds, `paused` the waits it was told.

    It does not wait, unless `pause` does.
    """

    def __init__(self, folder: Path, pause: Callable[[float], None] | None = None) -> None:
        self.now = time.time()
        self.paused: list[float] = []
        self._server = Server((HOST, 0), _NoFront(), Limits())
        self.port = int(self._server.server_address[1])
        self.url = make_url(self.port)
        self.state = state = open_state(folder, self.url, ImageFetcher([HOST]), lambda: self.now)
        origins = Origins(port=self.port, console_port=CONSOLE_PORT)
        self.told: list[Any] = []  # events of e-mails
        routes = list_routes(state, self.told.append)
        self._server.front = Front(routes, state, origins, pause or self.paused.append)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self) -> None:
        """Stop serving."""
        self._server.stop(1)
        self._thread.join()

    def call(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any, dict[str, str]]:
        """Status, body (parsed if it is JSON) and headers, whose names are lower case.

        A dict is sent as JSON, a text as a form.
        """
        sent = dict(headers or {})
        if isinstance(body, dict):
            sent["Content-Type"], body = "application/json", json.dumps(body)
        elif isinstance(body, str):
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            connection.request(method, path, body, sent)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            content = response.read()
        finally:
            connection.close()
        is_json = found.get("content-type") == "application/json" and content
        return response.status, json.loads(content) if is_json else content, found

    def graph(self, method: str, path: str, version: str = "v26.0", **fields: Any) -> Any:
        """Status and body of a Graph call with a token; the fields are a query or a form."""
        text = urlencode({"access_token": TOKEN, **fields})
        if method == "GET":
            return self.call(method, f"/{version}{path}?{text}")[:2]
        return self.call(method, f"/{version}{path}", text)[:2]

    def post_linkedin(self, text: str, /, **changes: Any) -> tuple[int, Any, dict[str, str]]:
        """A post of a text; a change to None leaves a member out."""
        whole = {
            "author": "urn:li:organization:5",
            "commentary": text,
            "visibility": "PUBLIC",
            "distribution": {"feedDistribution": "MAIN_FEED"},
            "lifecycleState": "PUBLISHED",
            "isReshareDisabledByAuthor": False,
            **changes,
        }
        body = {name: value for name, value in whole.items() if value is not None}
        return self.call("POST", "/rest/posts", body, LINKEDIN)

    def posts(self) -> list[dict[str, Any]]:
        """What the outbox has."""
        return self.call("GET", "/posts.json")[1]

    def fail(self, channel: str, **faults: Any) -> dict[str, Any]:
        """Set the channel's faults; returns them as shown."""
        status, shown, _ = self.call("PUT", f"/control/{channel}", faults)
        assert status == 200, shown
        return shown

    def client(self, service: str, **config: Any) -> Any:
        """A client of botocore for this sandbox; it makes each call once."""
        return botocore_session().create_client(
            service,
            region_name="us-east-1",
            endpoint_url=self.url,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, **config),
        )


class _NoFront:
    """Stands for the front until the port is known; nothing is served by then."""

    def handle_request(self, *_: Any) -> Any:
        raise NotImplementedError

    def refuse_request(self, _: Any) -> Any:
        raise NotImplementedError


@cache
def botocore_session() -> Any:
    """One session for all tests, since it takes a second to read the services' models."""
    return botocore.session.get_session()


def jpeg(width: int = 1080, height: int = 1080, size_bytes: int = 0) -> bytes:
    """The head of a JPEG of that size, padded."""
    frame = b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + b"\0" * 9
    start = b"\xff\xd8\xff\xe0\x00\x10JFIF\0" + b"\0" * 9
    return (start + frame).ljust(size_bytes, b"\0")


def png(width: int = 10, height: int = 10) -> bytes:
    """The head of a PNG of that size."""
    return b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", width, height)


@contextmanager
def image_host(**images: bytes) -> Iterator[str]:
    """A host that serves `/<name>` of each image; yields its address with a slash at the end."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = images.get(self.path[1:].partition("?")[0])
            self.send_response(200 if content else 404)
            self.end_headers()
            self.wfile.write(content or b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer((HOST, 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
