"""Bodies that are more than one JSON object: several media types, plain or gzip."""

import zlib
from collections.abc import Mapping

import msgspec

from chalicelib.errors import InvalidInput, TooLarge, UnsupportedMediaType
from chalicelib.strict_json import MAX_BODY_BYTES

JSON = "application/json"
GZIP = "gzip"
_GZIP_MAGIC = b"\x1f\x8b"
_MAX_MEMBERS = 1000
_PART_BYTES = 64 * 1024
_GZIP_WINDOW = 31  # zlib's number for "gzip framing, 32 KB window"


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """A body with its media type, in lower case and without parameters.

    As a request's it is decompressed; as a view's result it is sent as it is, with `headers`.
    """

    media_type: str
    data: bytes
    headers: dict[str, str] = {}


class Upload(msgspec.Struct, frozen=True):
    """What a route takes: one of `media_types`, plain or gzip, at most `max_bytes` unpacked."""

    media_types: tuple[str, ...]
    max_bytes: int = MAX_BODY_BYTES


def media_type(headers: Mapping[str, str]) -> str:
    """The request's media type; empty without a `Content-Type`."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def require_json(headers: Mapping[str, str]) -> None:
    """Raise UnsupportedMediaType for anything but plain JSON.

    Chalice takes any header that contains the type, and none at all.
    """
    if media_type(headers) != JSON:
        raise UnsupportedMediaType(f"send Content-Type: {JSON}")
    if headers.get("content-encoding", "identity") != "identity":
        raise UnsupportedMediaType("this route takes no Content-Encoding")


def received(headers: Mapping[str, str], raw: bytes, upload: Upload) -> Payload:
    """The body that `upload` asks for.

    Raises UnsupportedMediaType, TooLarge, and InvalidInput for what is no gzip.
    """
    kind = media_type(headers)
    if kind not in upload.media_types:
        raise UnsupportedMediaType(f"send Content-Type: {' or '.join(upload.media_types)}")
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", GZIP):
        raise UnsupportedMediaType("send the body plain or with Content-Encoding: gzip")
    # API Gateway unpacks a text body by itself and may leave the header; no text begins so.
    if encoding == GZIP and raw.startswith(_GZIP_MAGIC):
        raw = _unpacked(raw, upload.max_bytes)
    if len(raw) > upload.max_bytes:
        raise TooLarge(f"the body exceeds {upload.max_bytes} bytes")
    return Payload(media_type=kind, data=raw)


def _unpacked(raw: bytes, max_bytes: int) -> bytes:
    """Every member of a gzip file, and never more than `max_bytes` of memory for them."""
    unpacked, at = bytearray(), 0
    for _ in range(_MAX_MEMBERS):
        at = _member(raw, at, unpacked, max_bytes)
        if at == len(raw):
            return bytes(unpacked)
    raise InvalidInput(f"the gzip body has more than {_MAX_MEMBERS} members")


def _member(raw: bytes, at: int, unpacked: bytearray, max_bytes: int) -> int:
    """Unpack the member that begins `at`; returns where it ends.

    In parts: zlib copies what lies behind a member, which for many small ones would be quadratic.
    """
    member = zlib.decompressobj(wbits=_GZIP_WINDOW)
    while not member.eof:
        part = raw[at : at + _PART_BYTES]
        if not part:
            raise InvalidInput("the gzip body is cut off")
        try:
            unpacked += member.decompress(part, max_bytes + 1 - len(unpacked))
        except zlib.error as error:
            raise InvalidInput("the body is not valid gzip") from error
        if len(unpacked) > max_bytes:
            raise TooLarge(f"the unpacked body exceeds {max_bytes} bytes")
        at += len(part) - len(member.unused_data)
    return at
