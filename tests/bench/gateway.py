"""The local gateway against uvicorn + FastAPI: the same two routes, kept connections.

One client, eight connections, servers in processes of their own and driven in turn, medians.
uvicorn runs as installed plainly (asyncio, h11) and with its fast parts (uvloop, httptools).
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

from tests.bench import load, packages, proxy_events
from tests.bench.table import Row, Target

ROUNDS = 9
REQUESTS = 1_500
CONNECTIONS = 8
STOP_TIMEOUT_S = 10
OURS = "local gateway"
PLAIN = "uvicorn + FastAPI"
FAST = "uvicorn + FastAPI, uvloop + httptools"
CHILDREN = packages.BENCH / "children"
SERVERS = (OURS, PLAIN, FAST)
ROUTES = {
    "GET /health": load.request("GET", "/health"),
    "POST JSON": load.request("POST", "/echo", proxy_events.BODY.encode()),
}


def run() -> list[Row]:
    """A row a server and route."""
    runs: dict[tuple[str, str], list[float]] = {(r, s): [] for r in ROUTES for s in SERVERS}
    with ExitStack() as stack:
        ports = {item: stack.enter_context(_serving(_command(item))) for item in SERVERS}
        _round(ports, runs)
        for timing in runs.values():
            timing.clear()  # the first round only warmed up
        for _ in range(ROUNDS):
            _round(ports, runs)
    rates = {case: median(timing) for case, timing in runs.items()}
    return [_row(route, server, rates) for route, server in rates]


def _round(ports: dict[str, int], runs: dict[tuple[str, str], list[float]]) -> None:
    for route, request in ROUTES.items():
        for server, port in ports.items():
            sent = load.Load([request], REQUESTS, CONNECTIONS)
            runs[route, server].append(load.driven(port, sent).requests_per_s)


def _command(server: str) -> list[str | Path]:
    if server == OURS:
        return [sys.executable, CHILDREN / "serve_gateway.py", packages.ROOT]
    parts = ("asyncio", "h11") if server == PLAIN else ("uvloop", "httptools")
    return [packages.peers_python(), CHILDREN / "serve_uvicorn.py", *parts]


@contextmanager
def _serving(command: list[str | Path]) -> Iterator[int]:
    """The port of a running server."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 our own
    try:
        assert process.stdout is not None
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(STOP_TIMEOUT_S)


def _row(route: str, server: str, rates: dict[tuple[str, str], float]) -> Row:
    return Row(
        what=f"{server}, {route}",
        measured=f"{rates[route, server]:,.0f} requests/s",
        ratio=rates[route, server] / rates[route, PLAIN],
        against="uvicorn",
        target=Target(at_least=1.0) if server == OURS else None,
    )
