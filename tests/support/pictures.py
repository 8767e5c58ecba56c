"""Images made by hand: the beginnings are those of real files, the pixels are one colour."""

import struct
import zlib


def make_png(width: int = 400, height: int = 400) -> bytes:
    """A grey PNG."""
    rows = (b"\0" + bytes(width)) * height
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in chunks)


def make_jpeg(width: int = 400, height: int = 400, metadata_bytes: int = 0) -> bytes:
    """A baseline JPEG as far as its frame header; metadata come before the size, as in photos."""
    app0 = _segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
    app1 = [_segment(0xE1, bytes(min(metadata_bytes, 65_000)))] if metadata_bytes else []
    frame = _segment(0xC0, struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\x00")
    scan = _segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x7f\xa0"
    return b"".join([b"\xff\xd8", app0, *app1, frame, scan, b"\xff\xd9"])


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _segment(marker: int, data: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(data) + 2) + data
