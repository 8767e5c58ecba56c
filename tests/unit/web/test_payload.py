"""Bodies of several media types, plain, gzip or deflate, however hostile."""

import gzip
import os
import tracemalloc
import zlib

import pytest

from chalicelib.errors import InvalidInput, TooLarge, UnsupportedMediaType
from chalicelib.web.payload import Upload, media_type, read_body

UPLOAD = Upload({"application/json": dict, "text/plain": str})
MAX = UPLOAD.max_bytes
JSON = {"content-type": "application/json"}
GZIPPED = {**JSON, "content-encoding": "gzip"}


def taken(raw, headers=GZIPPED):
    return read_body(headers, raw, UPLOAD).data


def test_the_media_type_has_neither_case_nor_parameters():
    assert media_type({"content-type": " Text/Plain ; charset=utf-8"}) == "text/plain"
    assert media_type({}) == ""
    assert media_type({"content-type": "application/protobuf"}) == "application/x-protobuf"


def test_a_plain_body_comes_as_it_is():
    assert taken(b'{"a":1}', JSON) == b'{"a":1}'


def test_a_gzip_body_comes_unpacked_whatever_it_is_made_of():
    noise = os.urandom(300_000)
    assert taken(gzip.compress(noise)) == noise
    assert taken(gzip.compress(b"one ") + gzip.compress(noise)) == b"one " + noise
    assert taken(gzip.compress(b"")) == b""


def test_a_body_that_was_unpacked_on_the_way_passes_with_its_old_header():
    assert taken(b'{"a":1}') == b'{"a":1}'


@pytest.mark.parametrize("kind", ["", "text/html", "application/x-www-form-urlencoded", "json"])
def test_another_media_type_is_refused_and_the_right_ones_are_named(kind):
    with pytest.raises(UnsupportedMediaType, match="application/json or text/plain"):
        taken(b"x", {"content-type": kind})


@pytest.mark.parametrize("encoding", ["br", "gzip, gzip", "gzip, deflate", "zstd"])
def test_another_encoding_is_refused_and_the_right_ones_are_named(encoding):
    with pytest.raises(UnsupportedMediaType, match="gzip or deflate; zstd, br"):
        taken(b"x", {**JSON, "content-encoding": encoding})


@pytest.mark.parametrize("encoding", ["x-gzip", "GZIP", "gzip, identity", " identity ,gzip"])
def test_gzip_is_known_by_its_other_names(encoding):
    headers = {**JSON, "content-encoding": encoding}
    assert taken(gzip.compress(b'{"a":1}'), headers) == b'{"a":1}'


@pytest.mark.parametrize("encoding", ["", "identity", "identity, identity", ","])
def test_no_encoding_may_be_said(encoding):
    assert taken(b'{"a":1}', {**JSON, "content-encoding": encoding}) == b'{"a":1}'


@pytest.mark.parametrize("padding", [b"\0", b"\0" * 512, b"\n", b"\r\n\0"])
def test_padding_behind_a_gzip_body_is_none_of_it(padding):
    assert taken(gzip.compress(b"a") + gzip.compress(b"b") + padding) == b"ab"


@pytest.mark.parametrize("window", [15, -15], ids=["with zlib's framing", "without"])
def test_a_deflate_body_comes_unpacked(window):
    packer = zlib.compressobj(wbits=window)
    noise = os.urandom(300_000)
    raw = packer.compress(noise) + packer.flush()
    assert taken(raw, {**JSON, "content-encoding": "deflate"}) == noise
    with pytest.raises(InvalidInput):
        taken(raw[:-9], {**JSON, "content-encoding": "deflate"})


@pytest.mark.thorough
def test_a_deflate_bomb_is_refused_and_what_is_no_deflate_too():
    deflated = {**JSON, "content-encoding": "deflate"}
    with pytest.raises(TooLarge):
        taken(zlib.compress(b"\0" * 100 * 1024 * 1024), deflated)
    with pytest.raises(InvalidInput):
        taken(b"no deflate", deflated)
    assert taken(b'{"a":1}', deflated) == b'{"a":1}', "unpacked on the way"


@pytest.mark.parametrize("headers", [JSON, GZIPPED])
def test_a_byte_order_mark_is_none_of_the_body(headers):
    raw = b'\xef\xbb\xbf{"a":1}'
    raw = gzip.compress(raw) if headers is GZIPPED else raw
    assert taken(raw, headers) == b'{"a":1}'


def test_the_greatest_body_passes_and_one_byte_more_does_not():
    assert len(taken(b"x" * MAX, JSON)) == MAX
    assert len(taken(gzip.compress(b"x" * MAX))) == MAX
    with pytest.raises(TooLarge):
        taken(b"x" * (MAX + 1), JSON)
    with pytest.raises(TooLarge):
        taken(gzip.compress(b"x" * (MAX + 1)))


@pytest.mark.parametrize(
    "raw",
    [
        gzip.compress(b"x" * 1000)[:-4],
        gzip.compress(os.urandom(200_000))[:100_000],
        b"\x1f\x8b",
        b"\x1f\x8b" + b"\x00" * 50,
        gzip.compress(b"x") + b"behind it",
        gzip.compress(b"x" * 100)[:-8] + b"\x00" * 8,
        gzip.compress(b"") * 1001,
    ],
    ids=["no end", "half", "magic alone", "no gzip", "junk behind", "wrong sum", "many members"],
)
def test_what_is_no_whole_gzip_is_refused(raw):
    with pytest.raises(InvalidInput):
        taken(raw)


BOMB = gzip.compress(b"\0" * 100 * 1024 * 1024, mtime=0)  # a test is named after it


@pytest.mark.parametrize(
    "bomb",
    [BOMB, gzip.compress(b"x" * 1_000_000, mtime=0) * 40, gzip.compress(BOMB, 0, mtime=0) * 60],
    ids=["1000 to 1", "members", "members of a bomb"],
)
def test_a_gzip_bomb_is_refused_with_memory_flat(bomb):
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            taken(bomb)
        assert tracemalloc.get_traced_memory()[1] < 3 * MAX
    finally:
        tracemalloc.stop()
