"""Parts of the local system connect to this machine alone."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from support.local_system import ROOT, local

from infra.local.loopback import is_local_url, is_loopback
from infra.local.system import pids
from infra.local.system.children import child

GUARD = ["-m", "infra.local.loopback"]
CONNECT = """
import socket, sys
family, host, port = sys.stdin.read().split()
with socket.socket(getattr(socket, family), socket.SOCK_{kind}) as one:
    one.settimeout(5)
    try:
        one.connect((host, int(port)))
        print("connected")
    except OSError as error:
        print(type(error).__name__, error)
"""
BOTOCORE = """
from chalicelib.aws import Aws, Timeouts
from chalicelib.aws.queue import Queue
from chalicelib.errors import Unavailable
from chalicelib.settings import AwsSettings

aws = Aws(AwsSettings(region="us-east-1", endpoint_url=None, credentials=("a", "b")))
try:
    Queue(aws.client("sqs", Timeouts(1, 1, 1)), "https://192.0.2.1/q").send("x")
except Unavailable as error:
    print("unavailable", error.__cause__.__cause__)
"""


def guarded(folder: Path, program: str, told: str = "") -> str:
    """What a module says that runs under the guard."""
    (folder / "toy.py").write_text(program)
    ended = subprocess.run(  # noqa: S603 our own program
        [sys.executable, *GUARD, "-m", "toy"],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(folder)},
        input=told,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return ended.stdout.strip()


@pytest.mark.parametrize(
    ("family", "kind", "host"),
    [
        ("AF_INET", "STREAM", "192.0.2.1"),
        ("AF_INET", "STREAM", "169.254.169.254"),
        ("AF_INET", "STREAM", "0.0.0.0"),  # noqa: S104 as an address to connect to
        ("AF_INET", "DGRAM", "192.0.2.1"),
        ("AF_INET6", "STREAM", "2001:db8::1"),
        ("AF_INET6", "STREAM", "::ffff:192.0.2.1"),
    ],
)
def test_a_part_refuses_to_connect_to_another_machine(tmp_path, family, kind, host):
    said = guarded(tmp_path, CONNECT.replace("{kind}", kind), f"{family} {host} 443")
    expected = f"stage local connects to this machine alone, not to {host} port 443"
    assert said == f"OutsideRefused {expected}"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.8.8.8"])
def test_a_part_connects_to_this_machine(tmp_path, host):
    with socket.socket() as listening:
        listening.bind(("127.0.0.1" if host == "localhost" else host, 0))
        listening.listen()
        port = listening.getsockname()[1]
        told = f"AF_INET {host} {port}"
        assert guarded(tmp_path, CONNECT.replace("{kind}", "STREAM"), told) == "connected"


def test_a_call_to_aws_itself_is_a_failure_to_connect(tmp_path):
    said = guarded(tmp_path, BOTOCORE)
    assert said.startswith("unavailable")


def test_the_module_runs_as_by_itself(tmp_path):
    said = guarded(tmp_path, "import sys; print(__name__, len(sys.argv), sys.argv[0][-6:])")
    assert said == "__main__ 1 toy.py"


@pytest.mark.parametrize("name", pids.MODULES)
def test_every_part_is_started_under_the_guard_and_known_by_its_module(tmp_path, name):
    config = local(tmp_path)
    argv = child(config, name, {}).command.argv
    assert argv == [sys.executable, *GUARD, "-m", pids.MODULES[name]]


def test_with_an_endpoint_elsewhere_parts_connect_to_it(tmp_path):
    config = local(tmp_path, "http://emulator.example.com:4566")
    argv = child(config, "gateway", {}).command.argv
    assert argv == [sys.executable, "-m", "infra.local.gateway"]


def test_with_another_emulator_on_this_machine_parts_stay_on_it(tmp_path):
    config = local(tmp_path, "http://localhost:9999")
    assert child(config, "gateway", {}).command.argv[1:3] == GUARD


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("::ffff:127.0.0.1", True),
        ("localhost", True),
        ("example.com", False),
        ("localhost.example.com", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_an_address_is_this_machines_or_not(host, expected):
    assert is_loopback(host) is expected


def test_a_url_without_a_host_is_nowhere():
    assert not is_local_url("nonsense")
    assert is_local_url("http://[::1]:4566")


def test_the_parts_of_a_running_system_are_guarded(system):
    for name, pid in system.pids().items():
        if name in pids.MODULES:
            command = Path(f"/proc/{pid}/cmdline").read_text().split("\0")
            assert command[1:3] == GUARD, name
