"""The head of a request, request line and headers, parsed strictly.

Heads that two parsers could read differently are refused (RFC 9112, 11.2: request smuggling): a
length beside a transfer coding, repeated or signed lengths, folded headers, blanks before a colon,
bare CR or LF.
"""

import re

import msgspec

from chalicelib.errors import InvalidInput, TooLarge

_REQUEST_LINE = re.compile(r"([A-Z]{1,20}) ([!-~]+) HTTP/1\.([01])")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_ORIGIN = re.compile(r"https?://[^/?#]*", re.IGNORECASE)
_SINGLE = frozenset({"authorization", "content-length", "host", "transfer-encoding", "x-api-key"})
_LENGTH_DIGITS = 15


class Head(msgspec.Struct, frozen=True):
    """`target` is the path with its query, as sent; header names are lower case."""

    method: str
    target: str
    minor_version: int
    headers: dict[str, str]

    def body_bytes(self) -> int | None:
        """The length of the body; None if it is chunked.

        Raises InvalidInput for contradictory lengths, TooLarge for one of too many digits.
        """
        coding = self.headers.get("transfer-encoding")
        length = self.headers.get("content-length")
        if coding is None:
            return _parse_length(length) if length is not None else 0
        if length is not None or self.minor_version == 0 or coding.lower() != "chunked":
            raise InvalidInput("send either Content-Length or Transfer-Encoding: chunked")
        return None

    def expects_continue(self) -> bool:
        """Whether the client waits for 100 Continue before it sends the body.

        Raises InvalidInput for any other expectation.
        """
        expected = self.headers.get("expect", "100-continue").lower()
        if expected != "100-continue":
            raise InvalidInput("Expect supports only 100-continue")
        return "expect" in self.headers

    def keeps_alive(self) -> bool:
        """Whether the connection stays open after this request."""
        connection = self.headers.get("connection")
        if connection is None:
            return self.minor_version == 1
        options = {option.strip().lower() for option in connection.split(",")}
        return "close" not in options if self.minor_version else "keep-alive" in options


def parse(head: str) -> Head:
    """Parse a head, given without its final empty line.

    Raises InvalidInput.
    """
    lines = head.split("\r\n")
    if _CONTROL.search(head) or head.count("\r") + head.count("\n") != 2 * (len(lines) - 1):
        raise InvalidInput("the head contains control characters")
    match = _REQUEST_LINE.fullmatch(lines[0])
    if match is None:
        raise InvalidInput("the request line is malformed")
    headers = _parse_headers(lines[1:])
    minor_version = int(match[3])
    if "host" not in headers and minor_version == 1:
        raise InvalidInput("HTTP/1.1 requires a Host header")
    return Head(match[1], _parse_target(match[2]), minor_version, headers)


def _parse_target(target: str) -> str:
    """The path and query; a client behind a proxy sends the whole URL (RFC 9112, 3.2.2)."""
    if not target.startswith("/"):
        target = _ORIGIN.sub("", target, count=1)
    if not target.startswith("/") or "#" in target:
        raise InvalidInput("the request target must be a path")
    return target


def _parse_headers(lines: list[str]) -> dict[str, str]:
    headers: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not _TOKEN.fullmatch(name):
            raise InvalidInput("a header is malformed")
        name, value = name.lower(), value.strip(" \t")
        if name in headers:
            if name in _SINGLE:
                raise InvalidInput(f"send one {name} header")
            value = f"{headers[name]}, {value}"
        headers[name] = value
    return headers


def _parse_length(value: str) -> int:
    if not (value.isascii() and value.isdigit()):
        raise InvalidInput("Content-Length must be a number of bytes")
    if len(value) > _LENGTH_DIGITS:
        raise TooLarge("the body is too long")
    return int(value)
