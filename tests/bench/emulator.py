"""The product's emulator on a free port with nothing in it."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from chalicelib.aws import Aws, Timeouts
from chalicelib.settings import AwsSettings
from infra.local import config
from infra.local.emulator import launcher
from tests.bench.packages import ROOT

START_TIMEOUT_S = 30


PATIENT = Timeouts(connect_s=5, read_s=30, attempts=1)


class PatientAws(Aws):
    """Clients that wait: a change that is given up on a busy machine would be made twice."""

    def client(
        self,
        service: str,
        timeouts: Timeouts = PATIENT,
        *,
        connections: int = 10,
    ) -> Any:
        """As `Aws.client`, but for the timeouts."""
        return super().client(service, PATIENT, connections=connections)


@contextmanager
def running(make: Callable[[AwsSettings], Aws] = Aws) -> Iterator[Aws]:
    """The session of a running emulator, by `make`; its state is thrown away."""
    with TemporaryDirectory() as directory:
        local = config.LocalConfig(
            port=0, aws_port=_free_port(), state_dir=Path(directory), external_endpoint=None
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "infra.local.emulator"],
            cwd=ROOT,
            env=launcher.environment(local),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_until_it_answers(local.endpoint_url)
            settings = AwsSettings(
                region=config.REGION,
                endpoint_url=local.endpoint_url,
                credentials=config.CREDENTIALS,
            )
            yield make(settings)
        finally:
            process.kill()  # a clean stop would save all it holds first
            process.wait()


def _wait_until_it_answers(url: str) -> None:
    deadline = time.monotonic() + START_TIMEOUT_S
    while not launcher.responds(url):
        if time.monotonic() > deadline:
            raise TimeoutError("the emulator did not start")
        time.sleep(0.05)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
