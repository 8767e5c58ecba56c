"""The HTTP server: one thread for each connection, one gateway for all of them."""

import contextlib
import signal
import socket
import socketserver
import threading
import time
from functools import partial
from typing import Any, Protocol

from chalicelib.errors import OmniError
from infra.local.gateway.responses import Result, encode
from infra.local.gateway.wire import Disconnected, Limits, Reader, Request

LINGER_S = 2.0
NOTICE_STOP_S = 0.05  # of half a second by default, which a stop and a reload would wait
_POLL_S = 0.01
SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT})


class RequestHandler(Protocol):
    """Handles the requests of all connections."""

    def handle_request(
        self, method: str, path: str, headers: dict[str, Any], body: bytes | None
    ) -> Result | None:
        """The response to a request; None to close the connection without one."""

    def refuse_request(self, error: OmniError) -> Result:
        """The response to a request that cannot be read."""


class Server(socketserver.ThreadingTCPServer):
    """Listens when constructed; `serve_forever` accepts connections, `stop` closes them."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], front: RequestHandler, limits: Limits | None = None
    ) -> None:
        self.front = front
        self.limits = limits or Limits()
        self.stopping = False
        self.draining = False
        self._connections: set[Connection] = set()
        self._lock = threading.Lock()
        super().__init__(address, Connection)

    def identify(self, headers: dict[str, str], _peer: str) -> dict[str, str]:
        """The headers of a request of `_peer`, an address; a server behind a proxy changes them."""
        return headers

    def add(self, connection: "Connection") -> None:
        """Add an open connection."""
        with self._lock:
            self._connections.add(connection)

    def remove(self, connection: "Connection") -> None:
        """Remove a closed connection."""
        with self._lock:
            self._connections.discard(connection)

    def stop(self, budget_s: float) -> bool:
        """Stop accepting, close idle connections, wait up to `budget_s` for requests in flight.

        Returns True if all of them finished.
        """
        self.stopping = True
        self.shutdown()
        self.server_close()
        with self._lock:
            for connection in self._connections:
                connection.close_if_idle()
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
        # With Nagle's algorithm, responses on a kept connection would wait about 40 ms.
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._busy = False
        self._reader = Reader(self.request, self.server.limits, self._mark_busy)

    def handle(self) -> None:
        """Serve requests until either side closes."""
        self.server.add(self)
        try:
            while not self.server.stopping and self._serve_one():
                self._busy = False
        finally:
            self.server.remove(self)

    def close_if_idle(self) -> None:
        """Shut down reading if no request is in progress, which ends the connection's thread."""
        if not self._busy:
            with contextlib.suppress(OSError):  # it may be closed already
                self.request.shutdown(socket.SHUT_RD)

    def _mark_busy(self) -> None:
        self._busy = True

    def _serve_one(self) -> bool:
        """Serve one request; returns whether the connection stays open."""
        try:
            request = self._reader.read_request()
        except Disconnected:
            return False
        except OmniError as error:
            self._send(self.server.front.refuse_request(error), head_only=False, close=True)
            self._linger()
            return False
        return self._respond(request)

    def _respond(self, request: Request) -> bool:
        result = self.server.front.handle_request(
            request.method,
            request.target,
            self.server.identify(request.headers, self.client_address[0]),
            request.body,
        )
        if result is None:
            return False
        close = self.server.stopping or self.server.draining or not request.keep_alive
        return self._send(result, head_only=request.method == "HEAD", close=close) and not close

    def _send(self, result: Result, *, head_only: bool, close: bool) -> bool:
        """Send a response; returns False if the client closed the connection."""
        try:
            self.request.sendall(encode(result, head_only=head_only, close=close))
        except OSError:
            return False
        return True

    def _linger(self) -> None:
        """Read on for LINGER_S: closing with unread bytes would reset the connection."""
        deadline = time.monotonic() + LINGER_S
        with contextlib.suppress(OSError):
            self.request.shutdown(socket.SHUT_WR)
            self.request.settimeout(LINGER_S)
            while time.monotonic() < deadline and self.request.recv(65_536):
                pass


def block_signals() -> None:
    """Block the signals that stop a server, before threads start: the wait alone gets them.

    A handler would wait for the main thread, which another thread that got the signal does not
    wake; and process 1 of a container ignores what it neither handles nor blocks.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)


def serve_until_signalled(server: Server, budget_s: float, drain_s: float = 0) -> bool:
    """Serve until SIGTERM or SIGINT, then finish the requests in flight within `budget_s`.

    Before that it serves for `drain_s` more, and closes each connection after its response: a load
    balancer goes on sending until it knows.
    Returns True if all of them finished.
    """
    block_signals()
    accept = partial(server.serve_forever, NOTICE_STOP_S)
    threading.Thread(target=accept, name="accept", daemon=True).start()
    signal.sigwait(SIGNALS)
    server.draining = True
    time.sleep(drain_s)
    return server.stop(budget_s)
