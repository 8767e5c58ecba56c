"""How the gateway's process starts and stops."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from chalice import Chalice
from gateway_kit import DEADLINE_S, HOST, gateway, read_all

from infra.local.gateway.server import Server
from infra.local.system import outputs

ROOT = Path(__file__).parents[2]
REQUEST = b"GET /slow HTTP/1.1\r\nHost: local\r\n\r\n"


class Slow:
    """An app whose one route answers when told to."""

    def __init__(self) -> None:
        self.began, self.may_end = threading.Event(), threading.Event()
        self.app = Chalice("slow", configure_logs=False)
        self.app.route("/slow")(self.view)

    def view(self):
        self.began.set()
        self.may_end.wait(DEADLINE_S)
        return {"done": True}


@pytest.fixture
def slow():
    found = Slow()
    yield found
    found.may_end.set()


@pytest.fixture
def server(slow):
    found = Server((HOST, 0), gateway(slow.app))
    threading.Thread(target=found.serve_forever, args=(0.02,), daemon=True).start()
    yield found
    if not found.stopping:
        found.stop(1)


def test_a_request_in_flight_is_finished_and_told_to_close(server, slow):
    with socket.create_connection(server.server_address, timeout=DEADLINE_S) as connection:
        connection.sendall(REQUEST)
        assert slow.began.wait(DEADLINE_S)
        threading.Timer(0.1, slow.may_end.set).start()
        assert server.stop(DEADLINE_S)
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"Connection: close" in answer


def test_a_stop_waits_no_longer_than_its_budget(server, slow):
    with socket.create_connection(server.server_address, timeout=DEADLINE_S) as connection:
        connection.sendall(REQUEST)
        assert slow.began.wait(DEADLINE_S)
        began = time.monotonic()
        assert not server.stop(0.2)
        assert time.monotonic() - began < 2


def test_idle_connections_are_closed_and_new_ones_refused(server, slow):
    slow.may_end.set()
    with socket.create_connection(server.server_address, timeout=DEADLINE_S) as connection:
        connection.sendall(REQUEST)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200")
        assert server.stop(DEADLINE_S)
        assert connection.recv(65_536) == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(server.server_address, timeout=DEADLINE_S)


@pytest.fixture
def variables(tmp_path):
    with socket.socket() as free:
        free.bind((HOST, 0))
        port = free.getsockname()[1]
    inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    written = {
        "ApiUrl": f"http://{HOST}:{port}/",
        "AwsEndpointUrl": f"http://{HOST}:1",
        "OutboxUrl": f"http://{HOST}:2/",
        "UserPoolId": "us-east-1_pool",
        "UserPoolClientId": "client-1",
        "ApiKey": "key-1",
        "DemoUser": "demo@example.com",
        "DemoPassword": "secret-1",
        "OrdersTopicArn": "arn:aws:sns:us-east-1:000000000000:POC-Topic",
    }
    outputs.write(tmp_path / "outputs.json", written)
    return {
        **inherited,
        "STAGE": "local",
        "PORT": str(port),
        "STATE_DIR": str(tmp_path),
        "AWS_ENDPOINT_URL": f"http://{HOST}:1",
    }


def started(variables: dict[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "infra.local.gateway"],
        cwd=ROOT,
        env=variables,
        stderr=subprocess.PIPE,
        text=True,
    )


def answered(port: str) -> int:
    """The status of `/health`, once something answers."""
    deadline = time.monotonic() + DEADLINE_S
    while time.monotonic() < deadline:
        connection = http.client.HTTPConnection(HOST, int(port), timeout=DEADLINE_S)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status
        except ConnectionRefusedError:
            time.sleep(0.05)
        finally:
            connection.close()
    raise TimeoutError("the gateway did not come up")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_serves_and_exits_0_when_told(variables, number):
    process = started(variables)
    try:
        assert answered(variables["PORT"]) == 503  # no other part runs
        process.send_signal(number)
        assert process.communicate(timeout=20)[1] == ""
        assert process.returncode == 0
    finally:
        process.kill()
        process.wait()


def test_a_port_in_use_is_one_sentence(variables):
    with socket.socket() as other:
        other.bind((HOST, int(variables["PORT"])))
        other.listen()
        process = started(variables)
        errors = process.communicate(timeout=DEADLINE_S)[1]
    assert process.returncode == 1
    assert len(errors.splitlines()) == 1
    assert f"{HOST}:{variables['PORT']}" in errors
    assert "Traceback" not in errors
