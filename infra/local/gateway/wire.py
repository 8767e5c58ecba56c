"""HTTP/1.1 requests from a socket, limited in size and time, with decoded bodies."""

import re
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

import msgspec

from chalicelib.errors import InvalidInput, OmniError, TooLarge
from infra.local.gateway.head import Head, parse

CRLF = b"\r\n"
_READ_BYTES = 65_536
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]*)?")


class HeadTooLarge(OmniError):
    """The request line and headers exceed their limit."""

    code = "too_large"


class TimedOut(OmniError):
    """The client did not finish its request in time."""

    code = "timeout"


class Disconnected(OmniError):
    """The client closed the connection or was idle too long; no response is possible."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Limits of one request. API Gateway accepts 10 MB; the function has its own limit of 5 MB."""

    head_bytes: int = 16 * 1024
    body_bytes: int = 10 * 1024 * 1024
    request_s: float = 30
    idle_s: float = 65


class Request(msgspec.Struct, frozen=True):
    """One request. `target` is the path with its query, as sent; header names are lower case."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes | None
    keep_alive: bool


class Reader:
    """Reads the requests of one connection, pipelined ones too."""

    def __init__(
        self,
        connection: socket.socket,
        limits: Limits,
        on_start: Callable[[], None] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connection = connection
        self._limits = limits
        self._on_start = on_start
        self._clock = clock
        self._buffer = bytearray()  # deleting its beginning is cheap, slicing is not
        self._deadline: float | None = None
        connection.settimeout(limits.idle_s)

    def read_request(self) -> Request:
        """The next request, with its decoded body; calls `on_start` when its first byte arrived.

        Raises Disconnected; and InvalidInput, TooLarge, HeadTooLarge or TimedOut, after which the
        caller must send an error response and close the connection.
        """
        head = parse(self._read_head())
        body = self._read_body(head)
        if self._deadline is not None:
            self._deadline = None
            self._connection.settimeout(self._limits.idle_s)
        return Request(head.method, head.target, head.headers, body, head.keeps_alive())

    def _read_head(self) -> str:
        if not self._buffer:
            self._buffer += self._receive()
        self._on_start()
        if self._buffer.startswith(CRLF):  # RFC 9112, 2.2: some clients send one after a body
            del self._buffer[:2]
        while (end := self._buffer.find(b"\r\n\r\n")) < 0:
            if b"\n\n" in self._buffer or b"\n\r\n" in self._buffer:
                raise InvalidInput("lines must end with CR LF")
            self._require_small_head(len(self._buffer))
            self._fill()
        self._require_small_head(end)
        head = self._buffer[:end].decode("latin-1")
        del self._buffer[: end + 4]
        return head

    def _require_small_head(self, head_bytes: int) -> None:
        if head_bytes > self._limits.head_bytes:
            limit = self._limits.head_bytes
            raise HeadTooLarge(f"the request line and headers exceed {limit} bytes")

    def _read_body(self, head: Head) -> bytes | None:
        body_bytes = head.body_bytes()
        self._require_small_body(body_bytes or 0)
        if body_bytes == 0:
            return None
        if head.expects_continue() and not self._buffer:
            self._ask_for_body()
        return self._read_bytes(body_bytes) if body_bytes else self._read_chunks() or None

    def _ask_for_body(self) -> None:
        try:
            self._connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        except OSError as error:
            raise Disconnected("the connection failed") from error

    def _require_small_body(self, body_bytes: int) -> None:
        if body_bytes > self._limits.body_bytes:
            raise TooLarge(f"the body exceeds {self._limits.body_bytes} bytes")

    def _read_chunks(self) -> bytes:
        """The chunks as one body, limited while it is read; ignores extensions and trailers."""
        body = bytearray()
        while size := self._read_chunk_size():
            self._require_small_body(len(body) + size)
            body += self._read_bytes(size)
            if self._read_bytes(2) != CRLF:
                raise InvalidInput("a chunk is longer than its size")
        trailers_bytes = 0
        while line := self._read_line():
            trailers_bytes += len(line)
            self._require_small_head(trailers_bytes)
        return bytes(body)

    def _read_chunk_size(self) -> int:
        match = _CHUNK_SIZE.fullmatch(self._read_line())
        if match is None:
            raise InvalidInput("a chunk's size is not hexadecimal")
        return int(match[1], 16)

    def _read_line(self) -> bytes:
        while (end := self._buffer.find(CRLF)) < 0:
            self._require_small_head(len(self._buffer))
            self._fill()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return line

    def _read_bytes(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._fill()
        content = bytes(self._buffer[:size])
        del self._buffer[:size]
        return content

    def _fill(self) -> None:
        """Receive more of the current request, within its deadline."""
        now = self._clock()
        if self._deadline is None:
            self._deadline = now + self._limits.request_s
        if now >= self._deadline:
            raise TimedOut("the request took too long to arrive")
        self._connection.settimeout(self._deadline - now)
        try:
            self._buffer += self._receive()
        except Disconnected as error:
            if isinstance(error.__cause__, TimeoutError):
                raise TimedOut("the request took too long to arrive") from error
            raise

    def _receive(self) -> bytes:
        try:
            received = self._connection.recv(_READ_BYTES)
        except OSError as error:
            raise Disconnected("the connection failed") from error
        if not received:
            raise Disconnected("the client closed the connection")
        return received
