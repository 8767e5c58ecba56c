"""A platform's HTTP API on a loopback port, which sends set responses and keeps the requests."""

import json
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


@dataclass(frozen=True, kw_only=True)
class PlatformResponse:
    """One response; `body` is JSON, or bytes as they are. A `lost` one is never sent.

    With `held`, the response waits for that event: the caller's time-out comes first.
    """

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False
    held: threading.Event | None = None


class PlatformRequest(NamedTuple):
    """A request as it came; the body is JSON's value, or bytes where it is none."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


class Platform:
    """Chooses a response by how a path ends, query included; the last of several is repeated."""

    def __init__(self) -> None:
        self.requests: list[PlatformRequest] = []
        self.url = ""
        self._responses: dict[str, list[PlatformResponse]] = defaultdict(list)
        self._lock = threading.Lock()

    def will(self, ending: str, *responses: PlatformResponse) -> None:
        """Send these from now on."""
        with self._lock:
            self._responses[ending] = list(responses)

    def paths(self) -> list[str]:
        """The requested paths, in order."""
        return [request.path for request in self.requests]

    def respond(self, request: PlatformRequest) -> PlatformResponse:
        """The response; the longest ending that fits counts."""
        with self._lock:
            self.requests.append(request)
            fitting = [ending for ending in self._responses if request.path.endswith(ending)]
            assert fitting, f"no response is set for {request.path}"
            responses = self._responses[max(fitting, key=len)]
            return responses.pop(0) if len(responses) > 1 else responses[0]


@contextmanager
def running_platform() -> Iterator[Platform]:
    """A platform on a free port, until the block ends."""
    platform = Platform()

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            _send(self, platform.respond(_read(self, raw)))

        do_GET = do_POST = do_PUT = _handle  # noqa: N815 http.server's names

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    platform.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _read(request: BaseHTTPRequestHandler, raw: bytes) -> PlatformRequest:
    try:
        body = json.loads(raw) if raw else None
    except ValueError:
        body = raw
    return PlatformRequest(request.command, request.path, dict(request.headers), body)


def _send(request: BaseHTTPRequestHandler, response: PlatformResponse) -> None:
    if response.held is not None:
        response.held.wait(10)
    if response.lost or response.held is not None:
        request.close_connection = True
        request.connection.close()
        return
    raw = response.body if isinstance(response.body, bytes) else json.dumps(response.body).encode()
    request.send_response(response.status)
    for name, value in {**response.headers, "Content-Length": str(len(raw))}.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(raw)
