"""The sandbox as a part of the local system: its port, its variables, and its restarts."""

import http.client
import json
import os
import signal
import socket
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from support.local_system import local, until

from infra.local.config import HOST
from infra.local.environment import sandbox_variables
from infra.local.sandbox.__main__ import main
from infra.local.sandbox.port import choose_port, read_port

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def ask(url, method="GET", body=None):
    """Status and parsed body."""
    target = urlsplit(url)
    connection = http.client.HTTPConnection(target.netloc, timeout=10)
    try:
        connection.request(method, target.path, body, FORM if body else {})
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def texts(url):
    """The texts of what the outbox has; None while it does not answer."""
    try:
        return [post["text"] for post in ask(f"{url}posts.json")[1]]
    except OSError:
        return None


@pytest.mark.thorough
def test_the_parent_starts_it_keeps_it_running_and_stops_it(own_system):
    own_system.start()
    url = own_system.outputs["OutboxUrl"]
    assert f"Outbox    {url}" in own_system.said
    assert own_system.request("GET", "/health")[1]["parts"]["sandbox"] == "up"
    for part in ("gateway", "events", "worker"):
        environment = Path(f"/proc/{own_system.pid(part)}/environ").read_bytes().split(b"\0")
        assert f"META_BASE_URL={url.rstrip('/')}".encode() in environment
    feed = f"{url}v26.0/101/feed"
    assert ask(feed, "POST", "access_token=t&message=Hello")[0] == 200

    killed = own_system.pid("sandbox")
    os.kill(killed, signal.SIGKILL)

    until(lambda: own_system.pid("sandbox") not in (0, killed), what="another pid")
    assert until(lambda: texts(url), what="an answer of the sandbox") == ["Hello"]
    until(own_system.is_healthy)
    assert own_system.stop()[0] == 0
    assert texts(url) is None
    assert not own_system.config.pid_file("sandbox").exists()


def test_every_channel_is_at_the_sandbox():
    assert sandbox_variables("http://127.0.0.1:9") == {
        "META_BASE_URL": "http://127.0.0.1:9",
        "LINKEDIN_BASE_URL": "http://127.0.0.1:9",
        "SES_ENDPOINT_URL": "http://127.0.0.1:9",
        "SMS_ENDPOINT_URL": "http://127.0.0.1:9",
        "BEDROCK_ENDPOINT_URL": "http://127.0.0.1:9",
    }


def test_the_next_run_has_the_same_port_if_it_is_free(tmp_path):
    config = local(tmp_path)
    port = choose_port(config)
    assert choose_port(config) == read_port(config) == port
    with socket.socket() as other:
        other.bind((HOST, port))
        other.listen()
        assert choose_port(config) != port
    assert read_port(config) != port


@pytest.mark.parametrize("last", ["", "x", "0", "99999"])
def test_a_damaged_port_file_is_replaced(tmp_path, last):
    config = local(tmp_path)
    config.sandbox_port_file.write_text(last)
    assert choose_port(config) == read_port(config) > 0


def test_the_port_is_not_that_of_another_part(tmp_path):
    config = local(tmp_path)
    config.sandbox_port_file.write_text(str(config.aws_port))
    assert choose_port(config) not in (config.port, config.aws_port)


def test_without_a_port_it_says_why_it_does_not_start(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    assert main() == 1
    assert "sandbox: it cannot start:" in capsys.readouterr().err
