"""What the gateway makes of bytes: bodies, kept connections, limits, malformed requests."""

import json
import re
import socket
import time

import pytest
from gateway_kit import DEADLINE_S, HOST, ORIGIN, gateway, read_all, serving

from infra.local.gateway.wire import Limits

SMALL = Limits(head_bytes=2_000, body_bytes=10_000, request_s=0.5, idle_s=5)


@pytest.fixture(scope="module")
def caller():
    with serving(gateway(), SMALL) as found:
        yield found


def head(line="POST /size HTTP/1.1", *headers: str) -> bytes:
    kind = ["Content-Type: text/plain"] if line.startswith("POST") else []
    lines = [line, "Host: local", *kind, *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def body(answer: bytes) -> dict:
    return json.loads(answer.partition(b"\r\n\r\n")[2])


CHUNKED = "Transfer-Encoding: chunked"
CLOSE = "Connection: close"


def test_a_chunked_body_is_decoded(caller):
    chunks = b"5\r\nhello\r\n7;x=y\r\n, world\r\n0\r\nTrailer: dropped\r\n\r\n"
    answer = caller.raw(head("POST /echo HTTP/1.1", CHUNKED, CLOSE) + chunks)
    assert body(answer) == {"text": "hello, world"}


def test_a_chunked_body_that_trickles_in_is_decoded(caller):
    data = head("POST /echo HTTP/1.1", CHUNKED, CLOSE) + b"3\r\nabc\r\n0\r\n\r\n"
    with socket.create_connection((HOST, caller.port), timeout=DEADLINE_S) as connection:
        for byte in data:
            connection.sendall(bytes([byte]))
        assert body(read_all(connection)) == {"text": "abc"}


def test_many_tiny_chunks_are_one_body(caller):
    chunks = b"1\r\nx\r\n" * 9_000 + b"0\r\n\r\n"
    assert body(caller.raw(head("POST /size HTTP/1.1", CHUNKED, CLOSE) + chunks)) == {
        "bytes": 9_000
    }


def test_an_empty_body_is_empty_however_it_is_sent(caller):
    for sent in (
        head("POST /size HTTP/1.1", CLOSE),
        head("POST /size HTTP/1.1", "Content-Length: 0", CLOSE),
        head("POST /size HTTP/1.1", CHUNKED, CLOSE) + b"0\r\n\r\n",
    ):
        assert body(caller.raw(sent)) == {"bytes": 0}


def test_pipelined_requests_are_answered_in_order(caller):
    first = head("POST /echo HTTP/1.1", "Content-Length: 3") + b"one"
    second = head("POST /echo HTTP/1.1", "Content-Length: 3", CLOSE) + b"two"
    answer = caller.raw(first + second)
    assert answer.index(b'"one"') < answer.index(b'"two"')


def test_a_malformed_request_behind_a_good_one_is_400_in_its_turn(caller):
    answer = caller.raw(head("GET /things/a HTTP/1.1") + head("GET  /things/b HTTP/1.1"))
    assert re.findall(rb"HTTP/1\.1 (\d+)", answer) == [b"200", b"400"]


@pytest.mark.parametrize(
    ("length", "sent"),
    [("Content-Length: 5", b"hello"), (CHUNKED, b"5\r\nhello\r\n0\r\n\r\n")],
)
def test_a_client_that_offers_http_2_is_served_with_its_body(caller, length, sent):
    """Java's HttpClient offers h2c at first; a server may ignore it (RFC 9110, 7.8)."""
    offer = ("Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAA")
    first = head("POST /echo HTTP/1.1", *offer, length) + sent
    answer = caller.raw(first + head("GET /things/a HTTP/1.1", CLOSE))
    assert b'{"text":"hello"}' in answer
    assert body(answer.rpartition(b"HTTP/1.1 200 ")[2]) == {"name": "a"}


def test_a_kept_connection_does_not_stall(caller):
    """With Nagle's algorithm each answer waits some 40 ms for the client's acknowledgement."""
    request = head("GET /things/a HTTP/1.1")
    with socket.create_connection((HOST, caller.port), timeout=DEADLINE_S) as connection:
        began = time.monotonic()
        for _ in range(100):
            connection.sendall(request)
            assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        assert time.monotonic() - began < 2


def test_http_1_0_is_answered_and_closed(caller):
    answer = caller.raw(b"GET /things/a HTTP/1.0\r\n\r\n")
    assert status(answer) == 200
    assert b"Connection: close" in answer


def test_a_whole_url_as_target_is_its_path(caller):
    answer = caller.raw(head(f"GET http://{HOST}:{caller.port}/things/a HTTP/1.1", CLOSE))
    assert body(answer) == {"name": "a"}


def test_a_client_that_waits_is_told_to_continue(caller):
    with socket.create_connection((HOST, caller.port), timeout=DEADLINE_S) as connection:
        expect = ("Expect: 100-continue", "Content-Length: 5", CLOSE)
        connection.sendall(head("POST /echo HTTP/1.1", *expect))
        assert connection.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"hello")
        assert body(read_all(connection)) == {"text": "hello"}


def test_a_body_of_the_limit_passes_and_one_byte_more_is_413(caller):
    exact = head("POST /size HTTP/1.1", "Content-Length: 10000", CLOSE) + b"x" * 10_000
    assert body(caller.raw(exact)) == {"bytes": 10_000}
    answer = caller.raw(head("POST /size HTTP/1.1", "Content-Length: 10001") + b"x" * 10_001)
    assert (status(answer), body(answer)["code"]) == (413, "too_large")
    assert f"Access-Control-Allow-Origin: {ORIGIN}".encode() in answer


def test_a_body_that_is_too_long_is_refused_before_it_is_sent(caller):
    """No byte of it is asked for, nor waited for."""
    expect = ("Expect: 100-continue", "Content-Length: 99999999")
    with socket.create_connection((HOST, caller.port), timeout=DEADLINE_S) as connection:
        connection.sendall(head("POST /size HTTP/1.1", *expect))
        assert status(connection.recv(65_536)) == 413


def test_chunks_are_counted_as_they_come(caller):
    endless = b"1000\r\n" + b"x" * 4096 + b"\r\n"
    with socket.create_connection((HOST, caller.port), timeout=DEADLINE_S) as connection:
        connection.sendall(head("POST /size HTTP/1.1", CHUNKED) + endless * 3)
        assert status(connection.recv(65_536)) == 413


def test_a_client_that_sends_on_still_reads_its_413():
    with serving(gateway()) as caller:
        length = 32 * 1024 * 1024
        request = head("POST /size HTTP/1.1", f"Content-Length: {length}")
        with socket.create_connection((HOST, caller.port), timeout=DEADLINE_S) as connection:
            connection.sendall(request + bytes(length // 4))
            assert status(read_all(connection)) == 413


def test_ten_megabytes_pass_the_gateway():
    with serving(gateway()) as caller:
        whole = bytes(10 * 1024 * 1024)
        found = caller.send("POST", "/size", whole, {"Content-Type": "text/plain"})
        assert found[1] == {"bytes": 10 * 1024 * 1024}
        assert caller.send("POST", "/size", whole + b"x", {"Content-Type": "text/plain"})[0] == 413


def test_a_head_beyond_its_limit_is_431(caller):
    answer = caller.raw(head("GET /things/a HTTP/1.1", "X-Long: " + "x" * 2_000))
    assert (status(answer), body(answer)["code"]) == (431, "too_large")
    endless = caller.raw(b"GET /" + b"x" * 3_000)
    assert status(endless) == 431


def test_a_request_that_stops_half_way_is_408(caller):
    for begun in (b"GET /things/a HT", head("POST /size HTTP/1.1", "Content-Length: 5") + b"abc"):
        answer = caller.raw(begun)
        assert (status(answer), body(answer)["code"]) == (408, "timeout")


def test_a_client_that_trickles_beyond_the_deadline_is_408(caller):
    with socket.create_connection((HOST, caller.port), timeout=DEADLINE_S) as connection:
        connection.sendall(head("POST /size HTTP/1.1", "Content-Length: 500"))
        connection.settimeout(0.05)
        began = time.monotonic()
        answer = b""
        while not answer and time.monotonic() - began < DEADLINE_S:
            connection.sendall(b"x")
            try:
                answer = connection.recv(65_536)
            except TimeoutError:
                continue
        assert status(answer) == 408
        assert time.monotonic() - began < 3


def test_an_idle_connection_is_closed_without_a_word():
    with serving(gateway(), Limits(idle_s=0.2)) as caller:
        assert caller.raw(b"") == b""


SMUGGLED = b"0\r\n\r\nGET /things/smuggled HTTP/1.1\r\nHost: local\r\n\r\n"
LENGTH = "Content-Length: 5"
MALFORMED = {
    "length and chunks": head("POST /size HTTP/1.1", LENGTH, CHUNKED) + SMUGGLED,
    "chunks and length": head("POST /size HTTP/1.1", CHUNKED, LENGTH) + SMUGGLED,
    "two lengths": head("POST /size HTTP/1.1", LENGTH, "Content-Length: 6") + b"hello",
    "the same length twice": head("POST /size HTTP/1.1", LENGTH, LENGTH) + b"hello",
    "a list of lengths": head("POST /size HTTP/1.1", "Content-Length: 5, 5") + b"hello",
    "a negative length": head("POST /size HTTP/1.1", "Content-Length: -5") + b"hello",
    "a signed length": head("POST /size HTTP/1.1", "Content-Length: +5") + b"hello",
    "a hexadecimal length": head("POST /size HTTP/1.1", "Content-Length: 0x5") + b"hello",
    "an underscored length": head("POST /size HTTP/1.1", "Content-Length: 1_0") + b"hello",
    "a foreign digit": head("POST /size HTTP/1.1", "Content-Length: \xb2") + b"hello",
    "no length": head("POST /size HTTP/1.1", "Content-Length:") + b"hello",
    "two codings": head("POST /size HTTP/1.1", CHUNKED, CHUNKED) + SMUGGLED,
    "gzip and chunks": head("POST /size HTTP/1.1", "Transfer-Encoding: gzip, chunked") + SMUGGLED,
    "identity": head("POST /size HTTP/1.1", "Transfer-Encoding: identity") + b"hello",
    "a coding with a tail": head("POST /size HTTP/1.1", "Transfer-Encoding: chunkedx") + SMUGGLED,
    "a vertical tab": head("POST /size HTTP/1.1", "Transfer-Encoding: \x0bchunked") + SMUGGLED,
    "chunks in HTTP/1.0": head("POST /size HTTP/1.0", CHUNKED) + SMUGGLED,
    "a blank before the colon": head("POST /size HTTP/1.1", "Transfer-Encoding : chunked"),
    "a folded header": head("POST /size HTTP/1.1", "X-A: 1\r\n chunked"),
    "a header without a name": head("POST /size HTTP/1.1", ": x"),
    "a header without a colon": head("POST /size HTTP/1.1", "X-A"),
    "a bare CR in a header": head("POST /size HTTP/1.1", "X-A: 1\rX-B: 2"),
    "a bare LF in a header": head("POST /size HTTP/1.1", "X-A: 1\nX-B: 2"),
    "NUL in a header": head("POST /size HTTP/1.1", "X-A: 1\x002"),
    "bare LF throughout": b"GET /things/a HTTP/1.1\nHost: local\n\n",
    "no host": b"GET /things/a HTTP/1.1\r\n\r\n",
    "two hosts": head("GET /things/a HTTP/1.1", "Host: other"),
    "two tokens": head("GET /mine HTTP/1.1", "Authorization: a", "Authorization: b"),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/0.9": b"GET /things/a\r\n\r\n",
    "a lower case method": head("get /things/a HTTP/1.1"),
    "two blanks": head("GET  /things/a HTTP/1.1"),
    "a blank in the path": head("GET /things/a b HTTP/1.1"),
    "a foreign letter in the path": head("GET /things/\xe9 HTTP/1.1"),
    "a fragment": head("GET /things/a#b HTTP/1.1"),
    "a relative path": head("GET things/a HTTP/1.1"),
    "an asterisk": head("OPTIONS * HTTP/1.1"),
    "an authority": head("CONNECT local:80 HTTP/1.1"),
    "another expectation": head("POST /size HTTP/1.1", LENGTH, "Expect: 200-ok") + b"hello",
    "a chunk size of words": head("POST /size HTTP/1.1", CHUNKED) + b"xyz\r\nhello\r\n0\r\n\r\n",
    "a negative chunk": head("POST /size HTTP/1.1", CHUNKED) + b"-1\r\nhello\r\n0\r\n\r\n",
    "a chunk in 0x": head("POST /size HTTP/1.1", CHUNKED) + b"0x5\r\nhello\r\n0\r\n\r\n",
    "a chunk size of nothing": head("POST /size HTTP/1.1", CHUNKED) + b"\r\nhello\r\n0\r\n\r\n",
    "a chunk longer than said": head("POST /size HTTP/1.1", CHUNKED) + b"4\r\nhello\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_request_is_400_and_the_connection_closes(caller, name):
    answer = caller.raw(MALFORMED[name])
    assert status(answer) == 400
    assert b"Connection: close" in answer
    assert answer.count(b"\r\nDate: ") == 1  # what came behind it was not taken for a request
    assert body(answer)["code"] == "invalid_input"


def test_a_length_of_many_digits_is_413(caller):
    answer = caller.raw(head("POST /size HTTP/1.1", "Content-Length: " + "9" * 400))
    assert status(answer) == 413


def test_a_client_that_hangs_up_disturbs_no_one(caller):
    for begun in (b"", b"GET /thi", head("POST /size HTTP/1.1", LENGTH) + b"he"):
        with socket.create_connection((HOST, caller.port), timeout=DEADLINE_S) as connection:
            connection.sendall(begun)
    assert caller.get("/things/a")[0] == 200
