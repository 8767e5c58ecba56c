"""The whole local system on free ports with nothing in it, for sections that drive it."""

import json
import os
import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench import load
from tests.support.local_system import LocalSystem


@contextmanager
def running() -> Iterator[LocalSystem]:
    """A system that is ready; its state is thrown away."""
    with tempfile.TemporaryDirectory() as directory:
        system = LocalSystem(Path(directory, "state"))
        try:
            yield system.start()
        finally:
            system.end()


@contextmanager
def processing(system: LocalSystem, *, runs: bool) -> Iterator[None]:
    """The event sources as they are, or halted where they stand; nothing of theirs is lost."""
    if runs:
        yield
        return
    pid = system.pid("events")
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def records_of(tenant: str, numbers: Sequence[int]) -> bytes:
    """A request of so many log records: one as JSON, more as NDJSON."""
    lines = [json.dumps(_record(tenant, number)).encode() for number in numbers]
    media_type = "application/json" if len(lines) == 1 else "application/x-ndjson"
    return load.request("POST", "/ingest", b"\n".join(lines), media_type=media_type)


def signed_in(system: LocalSystem) -> str:
    """The header by which the demo user, of tenant `acme`, is known."""
    return f"Authorization: {system.token()}"


def body(connection: load.Connection) -> Any:
    """The last answer's JSON."""
    return json.loads(connection.body)


def _record(tenant: str, number: int) -> dict[str, Any]:
    return {
        "tenant_id": tenant,
        "severity": "INFO",
        "text": f"session opened for user news by (uid=0), request {number:08}, 312 bytes",
        "attrs": {"host": "combo", "process": "su(pam_unix)", "pid": 10_000 + number},
    }
