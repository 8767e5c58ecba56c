"""What is sent reaches the address that was checked, once, and within seconds."""

import pytest
from support import certificates
from support.receivers import Receiver

from chalicelib.webhooks import addresses, sending
from chalicelib.webhooks.sending import HttpSender

BODY = b'{"type":"order.stored"}'


def never(host, port):
    raise AssertionError(host)


def sender(resolve=sending.resolve, **more):
    return HttpSender(loopback=True, resolve=resolve, **more)


def at_loopback(host, port):
    return ["127.0.0.1"]


@pytest.fixture
def reachable(monkeypatch):
    """Lets this machine be the internet, so that TLS can be tried."""
    monkeypatch.setattr(addresses, "is_public", lambda address: True)


@pytest.fixture
def certificate(tmp_path):
    """A file of a certificate of hooks.example.com and its key."""
    return str(certificates.make(tmp_path / "certificate.pem", "hooks.example.com"))


@pytest.fixture
def tls(certificate):
    return certificates.serve_by(certificate)


@pytest.fixture
def trusted(reachable, certificate, tls):
    return certificate, tls


@pytest.fixture
def https_port(monkeypatch):
    def set_port(port):
        monkeypatch.setattr(addresses, "HTTPS_PORT", port)

    return set_port


def test_a_body_is_posted_as_it_is():
    with Receiver(202) as receiver:
        response = sender().post(receiver.url, {"webhook-id": "msg_1"}, BODY)

    assert (response.status, response.error, response.is_success) == (202, None, True)
    [got] = receiver.got
    assert (got.path, got.body) == ("/hook?a=b", BODY)
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    assert got.headers["content-type"] == "application/json"
    assert got.headers["content-length"] == str(len(BODY))
    assert got.webhook_id == "msg_1"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(status):
    with Receiver(status) as receiver:
        response = sender().post(receiver.url, {}, BODY)

    assert (response.status, response.is_success) == (status, False)
    assert len(receiver.got) == 1


@pytest.mark.parametrize("status", [400, 404, 410, 429, 500, 503])
def test_other_statuses_are_told(status):
    with Receiver(status) as receiver:
        response = sender().post(receiver.url, {}, BODY)

    assert (response.status, response.is_success) == (status, False)
    assert str(status) in response.error


def test_nobody_who_listens_is_told():
    with Receiver() as receiver:
        url = receiver.url
    response = sender().post(url, {}, BODY)
    assert (response.status, response.is_success) == (None, False)
    assert "127.0.0.1" not in response.error


def test_a_name_that_does_not_resolve_is_told():
    def fails(host, port):
        raise OSError("no such name")

    response = sender(fails).post("https://a.example/", {}, BODY)
    assert (response.status, response.error) == (None, "the receiver did not respond (OSError)")


@pytest.mark.parametrize("found", [["10.0.0.1"], ["8.8.8.8", "169.254.169.254"], ["::1"], []])
def test_a_name_that_resolves_inside_is_not_called(found, monkeypatch):
    monkeypatch.setattr("socket.create_connection", never)
    response = sender(lambda host, port: found).post("https://a.example/", {}, BODY)
    assert response.error == "the host does not resolve to public addresses alone"


def test_without_the_setting_this_machine_is_not_called(monkeypatch):
    monkeypatch.setattr("socket.create_connection", never)
    with Receiver() as receiver:
        response = HttpSender(loopback=False, resolve=never).post(receiver.url, {}, BODY)
    assert (response.status, receiver.got) == (None, [])
    assert response.error.startswith("url must begin with https://")


def test_the_name_is_resolved_once_and_what_was_checked_is_called(
    reachable, certificate, tls, https_port
):
    """A name that resolves elsewhere the second time, as in a rebinding attack."""
    asked = []

    def rebinds(host, port):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else never(host, port)

    with Receiver(tls=tls) as receiver:
        https_port(receiver.port)
        response = sender(rebinds, ca_certs=certificate).post(
            "https://hooks.example.com/in", {}, BODY
        )

    assert (response.status, response.error) == (204, None)
    assert asked == ["hooks.example.com"]
    assert receiver.got[0].headers["host"] == "hooks.example.com"


@pytest.mark.parametrize("host", ["other.example.com", "example.com"])
def test_a_certificate_of_another_name_is_refused(reachable, certificate, tls, https_port, host):
    with Receiver(tls=tls) as receiver:
        https_port(receiver.port)
        response = sender(at_loopback, ca_certs=certificate).post(f"https://{host}/", {}, BODY)
    assert (response.status, receiver.got) == (None, [])


def test_a_certificate_of_nobody_who_is_trusted_is_refused(reachable, tls, https_port):
    with Receiver(tls=tls) as receiver:
        https_port(receiver.port)
        response = sender(at_loopback).post("https://hooks.example.com/", {}, BODY)
    assert (response.status, receiver.got) == (None, [])


@pytest.mark.thorough
@pytest.mark.parametrize("secure", [False, True])
def test_who_sends_byte_by_byte_is_given_up(monkeypatch, trusted, https_port, secure):
    """Each byte comes well within the socket's own timeout, so that alone would wait for ever."""
    monkeypatch.setattr(sending, "RESPOND_S", 0.5)
    ended = []

    def drips(handler):
        try:
            while True:
                handler.wfile.write(b"HTTP/1.1 200 OK\r\nx: y\r\n" if not ended else b"x: y\r\n")
                ended.append(0)
                handler.connection.settimeout(0.05)
                try:
                    handler.connection.recv(1)
                except TimeoutError:
                    continue
                return
        except OSError:
            return

    certificate, tls = trusted
    with Receiver(tls=tls if secure else None, respond=drips) as receiver:
        https_port(receiver.port)
        url = "https://hooks.example.com/" if secure else receiver.url
        response = sender(at_loopback, ca_certs=certificate).post(url, {}, BODY)

    assert response.status is None
    assert response.error.startswith("the receiver did not respond")


def test_of_a_long_response_little_is_read():
    def floods(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        handler.wfile.write(b"x" * 5000)

    with Receiver(respond=floods) as receiver:
        response = sender().post(receiver.url, {}, BODY)
    assert (response.status, response.error) == (200, None)


def test_what_is_no_http_is_told():
    with Receiver(respond=lambda handler: handler.wfile.write(b"hello\r\n\r\n")) as receiver:
        response = sender().post(receiver.url, {}, BODY)
    assert response.status is None
    assert "BadStatusLine" in response.error or "ProtocolError" in response.error
