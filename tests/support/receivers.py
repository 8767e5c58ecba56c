"""A receiver of webhooks on this machine, which verifies as the specification's library does."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ssl import SSLContext
from typing import Any, NamedTuple, Self


class Delivered(NamedTuple):
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def webhook_id(self) -> str:
        """The header of that name."""
        return self.headers["webhook-id"]


class Receiver:
    """Responds with `statuses`, one after the other and the last for good, and keeps what came.

    `respond` writes another response instead, to the handler's socket file.
    """

    def __init__(
        self,
        *statuses: int,
        tls: SSLContext | None = None,
        respond: Callable[[BaseHTTPRequestHandler], None] | None = None,
    ) -> None:
        self.statuses = list(statuses or [204])
        self.got: list[Delivered] = []
        self._respond, self._lock = respond, threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.port = self._server.server_port
        if tls is not None:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)

    @property
    def url(self) -> str:
        """Where it listens, by http."""
        return f"http://127.0.0.1:{self.port}/hook?a=b"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def take(self, handler: BaseHTTPRequestHandler) -> int:
        """Keep a request; returns the status to respond with."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        with self._lock:
            self.got.append(Delivered(handler.path, headers, body))
            return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        receiver, respond = self, self._respond

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                status = receiver.take(self)
                if respond is not None:
                    respond(self)
                    return
                self.send_response(status)
                if status // 100 == 3:
                    self.send_header("Location", receiver.url)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                pass

        return Handler
