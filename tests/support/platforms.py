"""A platform's HTTP API on a loopback port, which answers as it is told and keeps what came."""

import json
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One response; `body` is JSON, or bytes as they are. A `lost` one is never sent.

    With `held`, the response waits for that event: the caller's time-out comes first.
    """

    status: int = 200
    body: Any = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    lost: bool = False
    held: threading.Event | None = None


class Asked(NamedTuple):
    """A request as it came; the body is JSON's value, or bytes where it is none."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Any


class Platform:
    """Answers by how a path ends, query included; the last of several answers is repeated."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.url = ""
        self._answers: dict[str, list[Answer]] = defaultdict(list)
        self._lock = threading.Lock()

    def will(self, ending: str, *answers: Answer) -> None:
        """Answer so from now on."""
        with self._lock:
            self._answers[ending] = list(answers)

    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [asked.path for asked in self.asked]

    def answer(self, asked: Asked) -> Answer:
        """What is answered; the longest ending that fits counts."""
        with self._lock:
            self.asked.append(asked)
            fitting = [ending for ending in self._answers if asked.path.endswith(ending)]
            assert fitting, f"nobody said what {asked.path} answers"
            answers = self._answers[max(fitting, key=len)]
            return answers.pop(0) if len(answers) > 1 else answers[0]


@contextmanager
def running_platform() -> Iterator[Platform]:
    """A platform on a free port, until the block ends."""
    platform = Platform()

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            raw = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            _send(self, platform.answer(_read(self, raw)))

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


def _read(request: BaseHTTPRequestHandler, raw: bytes) -> Asked:
    try:
        body = json.loads(raw) if raw else None
    except ValueError:
        body = raw
    return Asked(request.command, request.path, dict(request.headers), body)


def _send(request: BaseHTTPRequestHandler, answer: Answer) -> None:
    if answer.held is not None:
        answer.held.wait(10)
    if answer.lost or answer.held is not None:
        request.close_connection = True
        request.connection.close()
        return
    raw = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
    request.send_response(answer.status)
    for name, value in {**answer.headers, "Content-Length": str(len(raw))}.items():
        request.send_header(name, value)
    request.end_headers()
    request.wfile.write(raw)
