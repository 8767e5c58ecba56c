"""Images as the platforms fetch and read them: from this machine alone."""

import hashlib
import http.client
from collections.abc import Collection
from urllib.parse import urlsplit

import msgspec

FETCH_TIMEOUT_S = 5.0
MIB = 1024 * 1024
MAX_BYTES = 8 * MIB
JPEG, PNG = "image/jpeg", "image/png"
_MAGIC = {b"\xff\xd8\xff": JPEG, b"\x89PNG\r\n\x1a\n": PNG}
_WITHOUT_SIZE = (0xC4, 0xC8, 0xCC)  # SOF numbers that are no frame headers
_MARKER, _FIRST_FRAME, _LAST_FRAME = 0xFF, 0xC0, 0xCF


class Image(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an image; `content_type` is empty for any other format, sizes 0."""

    content_type: str
    size_bytes: int
    digest: str
    width: int = 0
    height: int = 0


class NotFetchable(Exception):
    """Why there is no image at an address."""


class ImageFetcher:
    """Fetches by HTTP from the hosts of these names alone."""

    def __init__(self, hosts: Collection[str]) -> None:
        self._hosts = frozenset(hosts)

    def fetch(self, url: str) -> bytes:
        """What is at `url`, of which at most MAX_BYTES and one are read.

        Raises NotFetchable.
        """
        target = urlsplit(url)
        if target.scheme != "http" or target.hostname not in self._hosts:
            raise NotFetchable("the address is not on this machine")
        try:
            connection = http.client.HTTPConnection(target.netloc, timeout=FETCH_TIMEOUT_S)
            return _get(connection, f"{target.path}?{target.query}")
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NotFetchable(str(error)) from error


def read_image(content: bytes) -> Image:
    """Format and size of an image; one that cannot be read has neither."""
    kinds = (kind for magic, kind in _MAGIC.items() if content.startswith(magic))
    content_type = next(kinds, "")
    width, height = _read_size(content, content_type)
    return Image(
        content_type=content_type,
        size_bytes=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        width=width,
        height=height,
    )


def _get(connection: http.client.HTTPConnection, target: str) -> bytes:
    try:
        connection.request("GET", target)
        response = connection.getresponse()
        if response.status != http.HTTPStatus.OK:
            raise NotFetchable(f"the address responds with {response.status}")
        return response.read(MAX_BYTES + 1)
    finally:
        connection.close()


def _read_size(content: bytes, content_type: str) -> tuple[int, int]:
    if content_type == PNG:
        return _number(content, 16, 4), _number(content, 20, 4)
    return _read_jpeg_size(content) if content_type == JPEG else (0, 0)


def _read_jpeg_size(content: bytes) -> tuple[int, int]:
    """Width and height from the frame header, which follows segments of stated lengths."""
    at = 2
    while at + 9 <= len(content) and content[at] == _MARKER:
        marker = content[at + 1]
        if _FIRST_FRAME <= marker <= _LAST_FRAME and marker not in _WITHOUT_SIZE:
            return _number(content, at + 7, 2), _number(content, at + 5, 2)
        at += 2 + max(_number(content, at + 2, 2), 2)
    return 0, 0


def _number(content: bytes, at: int, size: int) -> int:
    return int.from_bytes(content[at : at + size])
