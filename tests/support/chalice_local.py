"""`chalice local`, as a process of its own on a free port."""

import http.client
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.local_system import HOST, ROOT, free_ports, kept_environment
from tests.support.waiting import until


@contextmanager
def running_chalice_local(**variables: str) -> Iterator[int]:
    """Its port, once it responds; it needs no emulator until a route is called."""
    (port,) = free_ports(1)
    command = [str(Path(sys.executable).parent / "chalice"), "local", "--stage", "local"]
    process = subprocess.Popen(  # noqa: S603 our own environment's
        [*command, "--port", str(port), "--no-autoreload"],
        cwd=ROOT,
        env=kept_environment() | variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def is_up() -> bool:
        assert process.poll() is None, "chalice local ended"
        connection = http.client.HTTPConnection(HOST, port, timeout=10)
        try:
            connection.request("GET", "/openapi.json")
            return connection.getresponse().status == 200
        except ConnectionRefusedError:
            return False
        finally:
            connection.close()

    try:
        until(is_up, within_s=60, what="chalice local's first response")
        yield port
    finally:
        process.kill()
        process.wait()
