"""Sends one request to a receiver: to the very address that was checked, and within seconds."""

import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from http import HTTPStatus
from http.client import HTTPException
from typing import NamedTuple, Protocol

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from chalicelib.errors import InvalidInput
from chalicelib.webhooks import addresses
from chalicelib.webhooks.addresses import Target

CONNECT_S = 5.0  # to connect, and as long again for TLS
RESPOND_S = 5.0  # from the request's first byte to the response's last that is read
MAX_RESPONSE_BYTES = 4096
USER_AGENT = "OmniData-Webhooks/1"

Resolve = Callable[[str, int], list[str]]  # the addresses of a host; raises OSError


class Response(NamedTuple):
    """What a receiver did: `status` is None where `error` says why there is none."""

    status: int | None
    error: str | None
    ms: int

    @property
    def is_success(self) -> bool:
        """Whether the receiver has the event. A redirect is not followed, and no success."""
        return self.status is not None and self.status // 100 == HTTPStatus.OK // 100


class Post(Protocol):
    """What sends a body to a URL."""

    def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Send it once; never raises for what the receiver does."""


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a host by the resolver of this machine; raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class HttpSender:
    """Sends to receivers; `loopback` allows this machine's own over http, for stage local.

    `ca_certs` is a file of certificate authorities in place of the system's.
    """

    _: KW_ONLY
    loopback: bool
    resolve: Resolve = resolve
    ca_certs: str | None = None
    clock: Callable[[], float] = time.monotonic

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Send a body once. Nothing that the receiver does raises."""
        begun = self.clock()
        status, error = None, None
        try:
            status = self._post(addresses.parse_url(url, loopback=self.loopback), headers, body)
        except InvalidInput as refusal:
            error = str(refusal)
        except (HTTPError, HTTPException, OSError, UnicodeError) as failure:
            error = _describe(failure)
        if status is not None and status // 100 != HTTPStatus.OK // 100:
            error = f"the receiver responded with status {status}"
        return Response(status, error, round((self.clock() - begun) * 1000))

    def _post(self, target: Target, headers: Mapping[str, str], body: bytes) -> int:
        found = self.resolve(target.host, target.port)
        address = addresses.choose_address(target, found)
        if address is None:
            raise InvalidInput("the host does not resolve to public addresses alone")
        connection = self._open(target, address)
        try:
            return _exchange(connection, target, headers, body)
        finally:
            connection.close()

    def _open(self, target: Target, address: str) -> HTTPConnection:
        """A connection to an address whose certificate is that of the host's name."""
        if target.scheme == "http":
            connection = HTTPConnection(address, target.port, timeout=CONNECT_S)
        else:
            connection = HTTPSConnection(
                address,
                target.port,
                timeout=CONNECT_S,
                server_hostname=target.host,
                cert_reqs="CERT_REQUIRED",
                ca_certs=self.ca_certs,
            )
        connection.connect()
        return connection


def _exchange(
    connection: HTTPConnection, target: Target, headers: Mapping[str, str], body: bytes
) -> int:
    """Send and read the beginning of the response, all within RESPOND_S.

    A timeout of the socket is for each read alone: who sends a byte every four seconds would hold
    the function for hours.
    """
    late = threading.Event()
    guard = threading.Timer(RESPOND_S, _break, (connection.sock, late))
    guard.daemon = True
    guard.start()
    try:
        sent = {
            "Host": target.authority,
            "Content-Type": "application/json",
            "User-Agent": USER_AGENT,
            "Connection": "close",
            **headers,
        }
        connection.request(
            "POST", target.path, body, sent, preload_content=False, decode_content=False
        )
        response = connection.getresponse()
        response.read(MAX_RESPONSE_BYTES, decode_content=False)
        if late.is_set():  # what was cut off may look like a whole response
            raise TimeoutError
        return response.status
    finally:
        guard.cancel()


def _break(connected: socket.socket, late: threading.Event) -> None:
    """End a connection under whoever reads it; of a TLS socket the TCP one below."""
    late.set()
    try:
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
    except OSError:  # it has ended by itself
        return


def _describe(failure: Exception) -> str:
    """What an owner may read: no address, which a resolver inside may have told."""
    return f"the receiver did not respond ({type(failure).__name__})"
