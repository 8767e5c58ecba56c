"""A small load generator: kept connections, each with one request in flight."""

import re
import selectors
import socket
import time
from collections.abc import Sequence
from itertools import cycle
from statistics import quantiles
from typing import NamedTuple

TIMEOUT_S = 30
_HEAD = re.compile(rb"HTTP/1\.1 (\d{3}) ")
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)\r\n", re.IGNORECASE)
_READ_BYTES = 65_536


class Load(NamedTuple):
    """`requests` in turn, `count` in all, over `connections`; each must be answered `status`."""

    requests: Sequence[bytes]
    count: int
    connections: int
    status: int = 200


class Driven(NamedTuple):
    """What came of a load."""

    requests_per_s: float
    latencies_ms: list[float]


class Answer(NamedTuple):
    """One answer of a paced load; its time counts from when the request was due."""

    status: int
    ms: float


def request(
    method: str,
    path: str,
    body: bytes = b"",
    *,
    media_type: str = "application/json",
    headers: Sequence[str] = (),
) -> bytes:
    """An HTTP/1.1 request as a client library sends it."""
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: 127.0.0.1",
        "User-Agent: bench/1.0",
        "Accept: application/json",
        "Accept-Encoding: identity",
        *headers,
    ]
    if body:
        lines += [f"Content-Type: {media_type}", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


def driven(port: int, load: Load) -> Driven:
    """Send a load as fast as it is answered, on one thread.

    Raises ValueError for any other answer, TimeoutError when the server takes too long.
    """
    with selectors.DefaultSelector() as selector:
        connections = [Connection(port) for _ in range(load.connections)]
        for connection in connections:
            selector.register(connection.socket, selectors.EVENT_READ, connection)
        started = time.perf_counter()
        try:
            latencies_ms = _run(selector, connections, load)
        finally:
            for connection in connections:
                connection.socket.close()
        return Driven(load.count / (time.perf_counter() - started), latencies_ms)


def paced(port: int, sent: bytes, *, per_s: float, for_s: float) -> list[Answer]:
    """Send one request again and again at a steady rate, over one connection.

    When an answer is late, the requests behind it are too: their waiting is counted.
    """
    connection = Connection(port)
    answers: list[Answer] = []
    started = time.perf_counter()
    with connection.socket:
        for number in range(round(per_s * for_s)):
            due = started + number / per_s
            time.sleep(max(0.0, due - time.perf_counter()))
            status = connection.ask(sent)
            answers.append(Answer(status, (time.perf_counter() - due) * 1000))
    return answers


def p99(values: Sequence[float]) -> float:
    """What 99 of 100 stay below."""
    return quantiles(values, n=100)[98]


def _run(
    selector: selectors.BaseSelector, connections: list["Connection"], load: Load
) -> list[float]:
    deadline = time.monotonic() + TIMEOUT_S
    requests = cycle(load.requests)
    latencies_ms: list[float] = []
    for item in connections:
        item.send(next(requests))
    sent = len(connections)
    while len(latencies_ms) < load.count:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(latencies_ms)} of {load.count} answers in {TIMEOUT_S} s")
        for key, _ in selector.select(1):
            connection: Connection = key.data
            if (status := connection.received()) is None:
                continue
            if status != load.status:
                raise ValueError(f"answered {connection.answer[:400]!r}")
            latencies_ms.append((time.perf_counter() - connection.sent_at) * 1000)
            if sent < load.count:
                sent += 1
                connection.send(next(requests))
    return latencies_ms


class Connection:
    """A kept connection; `answer` is the last one as received."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_S)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.answer = b""
        self.sent_at = 0.0

    @property
    def body(self) -> bytes:
        """The last answer's body."""
        return self.answer.partition(b"\r\n\r\n")[2]

    def ask(self, sent: bytes) -> int:
        """The status of the answer, once it is whole."""
        self.send(sent)
        while (status := self.received()) is None:
            pass
        return status

    def send(self, sent: bytes) -> None:
        """Send without waiting."""
        self.answer = b""
        self.sent_at = time.perf_counter()
        self.socket.sendall(sent)

    def received(self) -> int | None:
        """Read what is there; the status once the answer is whole."""
        read = self.socket.recv(_READ_BYTES)
        if not read:
            raise ValueError("the server closed a kept connection")
        self.answer += read
        head, end, body = self.answer.partition(b"\r\n\r\n")
        if not end:
            return None
        status, length = _HEAD.match(head), _LENGTH.search(head + b"\r\n")
        if status is None or length is None:
            raise ValueError(f"answered {head[:200]!r}")
        return int(status[1]) if len(body) >= int(length[1]) else None
