"""A small load generator: kept connections on one thread, each with one request in flight."""

import re
import selectors
import socket
import time
from typing import NamedTuple

TIMEOUT_S = 30
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_READ_BYTES = 65_536


class Load(NamedTuple):
    """One request, sent `requests` times over `connections`."""

    request: bytes
    requests: int
    connections: int


def request(method: str, path: str, body: bytes = b"") -> bytes:
    """An HTTP/1.1 request as a client library sends it."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "User-Agent: bench/1.0",
        "Accept: application/json",
        "Accept-Encoding: identity",
    ]
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def requests_per_s(port: int, load: Load) -> float:
    """How many answers of 200 came a second.

    Raises ValueError for any other answer, TimeoutError when the server takes too long.
    """
    with selectors.DefaultSelector() as selector:
        connections = [_Connection(port, load.request) for _ in range(load.connections)]
        for each in connections:
            selector.register(each.socket, selectors.EVENT_READ, each)
        started = time.perf_counter()
        try:
            _run(selector, connections, load.requests)
        finally:
            for each in connections:
                each.socket.close()
        return load.requests / (time.perf_counter() - started)


def _run(selector: selectors.BaseSelector, connections: list["_Connection"], requests: int) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    for each in connections:
        each.send()
    sent, answered = len(connections), 0
    while answered < requests:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{answered} of {requests} answers in {TIMEOUT_S} s")
        for key, _ in selector.select(1):
            if key.data.has_answer():
                answered += 1
                if sent < requests:
                    sent += 1
                    key.data.send()


class _Connection:
    def __init__(self, port: int, request: bytes) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._request = request
        self._received = b""

    def send(self) -> None:
        self.socket.sendall(self._request)

    def has_answer(self) -> bool:
        """Read what is there; whether the answer is now whole."""
        received = self.socket.recv(_READ_BYTES)
        if not received:
            raise ValueError("the server closed a kept connection")
        self._received += received
        head, end, body = self._received.partition(b"\r\n\r\n")
        if not end:
            return False
        length = _LENGTH.search(head + b"\r\n")
        if not head.startswith(b"HTTP/1.1 200") or length is None:
            raise ValueError(f"answered {head[:200]!r}")
        if len(body) < int(length[1]):
            return False
        self._received = b""
        return True
