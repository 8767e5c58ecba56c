"""Bodies that are more than one JSON object: several media types, plain or compressed."""

import zlib
from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.errors import InvalidInput, TooLarge, UnsupportedMediaType
from chalicelib.strict_json import MAX_BODY_BYTES

JSON, NDJSON, CSV = "application/json", "application/x-ndjson", "text/csv"
FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
HTML = "text/html"
# A body of bytes, as the document shows it.
Binary = Annotated[str, Meta(extra_json_schema={"format": "binary"})]
GZIP, DEFLATE = "gzip", "deflate"
GZIP_MAGIC = b"\x1f\x8b"
_GZIP_AS_TEXT = "\x1f\ufffd".encode()
BOM = b"\xef\xbb\xbf"
_SAME_TYPES = {"application/protobuf": "application/x-protobuf"}
_SAME_CODINGS = {"x-gzip": GZIP, "x-deflate": DEFLATE}
_NO_CODINGS = ("", "identity")
_MAX_MEMBERS = 1000
_PART_BYTES = 64 * 1024
_PADDING = b"\0\r\n"  # after the last member: tapes' zeros, a shell's line break
# zlib's numbers for gzip framing, zlib framing and none, each with a window of 32 KB.
_GZIP_WINDOW, _ZLIB_WINDOW, _RAW_WINDOW = 31, 15, -15


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """A body with its media type, in lower case and without parameters.

    As a request's it is decompressed; as a view's result it is sent as it is, with `headers`.
    """

    media_type: str
    data: bytes
    headers: dict[str, str] = {}


class Upload(msgspec.Struct, frozen=True):
    """What a route takes: one of `media_types`, plain, gzip or deflate.

    By media type they have the type to document. At most `max_bytes`, unpacked.
    """

    media_types: Mapping[str, Any]
    max_bytes: int = MAX_BODY_BYTES


def media_type(headers: Mapping[str, str]) -> str:
    """The request's media type, by its usual name; empty without a `Content-Type`."""
    named = headers.get("content-type", "").partition(";")[0].strip().lower()
    return _SAME_TYPES.get(named, named)


def require_json(headers: Mapping[str, str]) -> None:
    """Raise UnsupportedMediaType for anything but plain JSON.

    Chalice takes any header that contains the type, and none at all.
    """
    if media_type(headers) != JSON:
        raise UnsupportedMediaType(f"send Content-Type: {JSON}")
    if _codings(headers):
        raise UnsupportedMediaType("this route takes no Content-Encoding")


def read_body(headers: Mapping[str, str], raw: bytes, upload: Upload) -> Payload:
    """The body that `upload` asks for, without a byte order mark.

    Raises UnsupportedMediaType, TooLarge, and InvalidInput for what is not compressed as it says.
    """
    kind = media_type(headers)
    if kind not in upload.media_types:
        raise UnsupportedMediaType(f"send Content-Type: {' or '.join(upload.media_types)}")
    coding = content_coding(headers)
    # API Gateway unpacks a text body by itself and may leave the header; no text begins so.
    if coding == DEFLATE or (coding == GZIP and raw.startswith(GZIP_MAGIC)):
        raw = decompress(raw, coding, upload.max_bytes)
    elif coding == GZIP and raw.startswith(_GZIP_AS_TEXT):  # what an HTTP API leaves of it
        raise UnsupportedMediaType(f"here gzip is taken as {NDJSON} and application/x-protobuf")
    if len(raw) > upload.max_bytes:
        raise TooLarge(f"the body exceeds {upload.max_bytes} bytes")
    return Payload(media_type=kind, data=raw.removeprefix(BOM))


def content_coding(headers: Mapping[str, str]) -> str | None:
    """`gzip`, `deflate`, or None for a plain body (RFC 9110, 8.4).

    Raises UnsupportedMediaType for any other, and for one upon another.
    """
    codings = _codings(headers)
    if not codings:
        return None
    if codings not in ([GZIP], [DEFLATE]):
        raise UnsupportedMediaType(
            "send the body plain, or with Content-Encoding: gzip or deflate; "
            "zstd, br and several codings at once are not taken"
        )
    return codings[0]


def _codings(headers: Mapping[str, str]) -> list[str]:
    named = [coding.strip().lower() for coding in headers.get("content-encoding", "").split(",")]
    return [_SAME_CODINGS.get(coding, coding) for coding in named if coding not in _NO_CODINGS]


def decompress(raw: bytes, coding: str, max_bytes: int) -> bytes:
    """What was compressed; never takes more than `max_bytes` of memory for it.

    Raises TooLarge, and InvalidInput for what is cut off or not compressed so.
    """
    if coding == DEFLATE:
        return _inflate(raw, max_bytes)
    done, at = bytearray(), 0
    for _ in range(_MAX_MEMBERS):
        at = _member(raw, at, done, max_bytes)
        if at == len(raw) or _is_padding(raw, at):
            return bytes(done)
    raise InvalidInput(f"the gzip body has more than {_MAX_MEMBERS} members")


def _inflate(raw: bytes, max_bytes: int) -> bytes:
    """With zlib's framing as RFC 9110 has it, or without, as some clients send it."""
    for window in (_ZLIB_WINDOW, _RAW_WINDOW):
        stream = zlib.decompressobj(wbits=window)
        try:
            done = stream.decompress(raw, max_bytes + 1)
        except zlib.error:
            continue
        if len(done) > max_bytes:
            raise TooLarge(f"the unpacked body exceeds {max_bytes} bytes")
        if stream.eof:
            return done
    # API Gateway unpacks a text body by itself and may leave the header.
    if raw.lstrip(BOM + b" \t\r\n")[:1] in (b"{", b"["):
        return raw
    raise InvalidInput("the body is not valid deflate, or cut off")


def _is_padding(raw: bytes, at: int) -> bool:
    """Whether nothing but padding follows."""
    return raw[at] in _PADDING and not raw[at:].strip(_PADDING)


def _member(raw: bytes, at: int, done: bytearray, max_bytes: int) -> int:
    """Unpack the gzip member that begins `at`; returns where it ends.

    In parts: zlib copies what is behind a member, which for many small ones would be quadratic.
    """
    member = zlib.decompressobj(wbits=_GZIP_WINDOW)
    while not member.eof:
        part = raw[at : at + _PART_BYTES]
        if not part:
            raise InvalidInput("the gzip body is cut off")
        try:
            done += member.decompress(part, max_bytes + 1 - len(done))
        except zlib.error as error:
            raise InvalidInput("the body is not valid gzip") from error
        if len(done) > max_bytes:
            raise TooLarge(f"the unpacked body exceeds {max_bytes} bytes")
        at += len(part) - len(member.unused_data)
    return at
