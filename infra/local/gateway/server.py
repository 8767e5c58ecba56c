"""The threaded HTTP server: a thread a connection, one gateway for all of them."""

import contextlib
import socket
import socketserver
import threading
import time
from typing import Any, Protocol

from chalicelib.errors import OmniError
from infra.local.gateway.answers import Result, encoded
from infra.local.gateway.wire import Disconnected, Limits, Reader, Request

LINGER_S = 2.0
_POLL_S = 0.01


class Front(Protocol):
    """What answers requests."""

    def handle_request(
        self, method: str, path: str, headers: dict[str, Any], body: bytes | None
    ) -> Result:
        """The answer to a request."""

    def refusal(self, error: OmniError) -> Result:
        """The answer to what cannot be read as a request."""


class Server(socketserver.ThreadingTCPServer):
    """Listens once constructed; `serve_forever` accepts, `stop` ends it in order."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], front: Front, limits: Limits | None = None
    ) -> None:
        self.front = front
        self.limits = limits or Limits()
        self.stopping = False
        self._connections: set[Connection] = set()
        self._lock = threading.Lock()
        super().__init__(address, Connection)

    def add(self, connection: "Connection") -> None:
        """Note an open connection."""
        with self._lock:
            self._connections.add(connection)

    def remove(self, connection: "Connection") -> None:
        """Forget a closed connection."""
        with self._lock:
            self._connections.discard(connection)

    def stop(self, budget_s: float) -> bool:
        """Accept no more, hang up on the idle, give requests in flight `budget_s` to finish.

        True when all of them did.
        """
        self.stopping = True
        self.shutdown()
        self.server_close()
        with self._lock:
            for connection in self._connections:
                connection.hang_up_if_idle()
        deadline = time.monotonic() + budget_s
        while self._connections and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        return not self._connections


class Connection(socketserver.BaseRequestHandler):
    """One client's connection, kept alive between its requests."""

    server: Server
    request: socket.socket

    def setup(self) -> None:
        """Prepare the connection."""
        # Answers leave in one piece at once: with Nagle a kept connection stalls about 40 ms.
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._busy = False
        self._reader = Reader(self.request, self.server.limits, self._begin)

    def handle(self) -> None:
        """Serve requests until either side closes."""
        self.server.add(self)
        try:
            while not self.server.stopping and self._serve_one():
                self._busy = False
        finally:
            self.server.remove(self)

    def hang_up_if_idle(self) -> None:
        """Wake a connection that waits for a request: it reads the end and closes."""
        if not self._busy:
            with contextlib.suppress(OSError):  # it may have closed meanwhile
                self.request.shutdown(socket.SHUT_RD)

    def _begin(self) -> None:
        self._busy = True

    def _serve_one(self) -> bool:
        """Whether the connection goes on after one more request."""
        try:
            request = self._reader.request()
        except Disconnected:
            return False
        except OmniError as error:
            self._send(self.server.front.refusal(error), head_only=False, close=True)
            self._linger()
            return False
        return self._answer(request)

    def _answer(self, request: Request) -> bool:
        answer = self.server.front.handle_request(
            request.method, request.target, request.headers, request.body
        )
        close = self.server.stopping or not request.keep_alive
        return self._send(answer, head_only=request.method == "HEAD", close=close) and not close

    def _send(self, answer: Result, *, head_only: bool, close: bool) -> bool:
        """Whether the client took it."""
        try:
            self.request.sendall(encoded(answer, head_only=head_only, close=close))
        except OSError:
            return False  # gone meanwhile: no one is left to tell
        return True

    def _linger(self) -> None:
        """Read on for a while: closing on unread bytes would reset the answer away."""
        deadline = time.monotonic() + LINGER_S
        with contextlib.suppress(OSError):
            self.request.shutdown(socket.SHUT_WR)
            self.request.settimeout(LINGER_S)
            while time.monotonic() < deadline and self.request.recv(65_536):
                pass
