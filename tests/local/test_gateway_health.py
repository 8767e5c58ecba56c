"""`/health` speaks for all parts of the local system."""

import os
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
from chalice import Chalice
from gateway_kit import HOST, gateway, jwks_server, serving

from chalicelib.web.access import OPEN
from chalicelib.web.api import Api
from infra.local.gateway.health import WORKER_SILENT_S, LocalHealth

NOTHING_LISTENS = f"http://{HOST}:1"


@pytest.fixture
def gone_pid():
    """The id of a process that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


class Parts:
    """A system whose parts are all up, until a test says otherwise."""

    def __init__(self, folder) -> None:
        self.events, self.worker = folder / "events.pid", folder / "worker.pid"
        self.sandbox, self.sandbox_port = folder / "sandbox.pid", folder / "sandbox.port"
        self.touched = folder / "worker.health"
        self.now = time.time()
        for file in (self.events, self.worker, self.sandbox):
            file.write_text(str(os.getpid()))
        self.touched.touch()

    def found(self, url: str) -> dict[str, str]:
        return LocalHealth(
            keys_url=url,
            events_pid_file=self.events,
            worker_pid_file=self.worker,
            worker_health_file=self.touched,
            sandbox_pid_file=self.sandbox,
            sandbox_port_file=self.sandbox_port,
            now=lambda: self.now,
        ).parts()


@pytest.fixture
def parts(tmp_path):
    return Parts(tmp_path)


def test_all_parts_are_up(parts):
    with jwks_server({}) as url:
        parts.sandbox_port.write_text(str(urlsplit(url).port))
        found = parts.found(url)
    assert found == {"emulator": "up", "events": "up", "worker": "up", "sandbox": "up"}


def test_an_emulator_that_does_not_answer_is_down(parts):
    assert parts.found(NOTHING_LISTENS)["emulator"] == "down"


def test_an_emulator_that_lost_the_user_pool_is_down(parts):
    with serving(gateway()) as bare:  # it answers, and knows no such path
        found = parts.found(f"http://{HOST}:{bare.port}/pool/.well-known/jwks.json")
    assert found["emulator"] == "down"


def test_a_process_that_ended_is_down(parts, gone_pid):
    parts.events.write_text(str(gone_pid))
    parts.worker.write_text("not a pid")
    assert parts.found(NOTHING_LISTENS)["events"] == "down"
    assert parts.found(NOTHING_LISTENS)["worker"] == "down"


def test_a_sandbox_must_run_and_listen(parts):
    assert parts.found(NOTHING_LISTENS)["sandbox"] == "down"
    with serving(gateway()) as other:
        parts.sandbox_port.write_text(str(other.port))
        assert parts.found(NOTHING_LISTENS)["sandbox"] == "up"
        parts.sandbox.unlink()
        assert parts.found(NOTHING_LISTENS)["sandbox"] == "down"


def test_a_process_that_never_began_is_down(parts):
    parts.events.unlink()
    assert parts.found(NOTHING_LISTENS)["events"] == "down"


def test_a_worker_that_fell_silent_is_down(parts):
    touched_at = parts.touched.stat().st_mtime
    parts.now = touched_at + WORKER_SILENT_S
    assert parts.found(NOTHING_LISTENS)["worker"] == "up"
    parts.now = touched_at + WORKER_SILENT_S + 1
    assert parts.found(NOTHING_LISTENS)["worker"] == "down"
    parts.touched.unlink()
    assert parts.found(NOTHING_LISTENS)["worker"] == "down"


class Stated:
    """Parts in the states given."""

    def __init__(self, **states: str) -> None:
        self.states = states

    def parts(self) -> dict[str, str]:
        return self.states


def healthy_app() -> Chalice:
    app = Chalice("healthy", configure_logs=False)
    app.route("/health")(lambda: {"status": "ok", "stage": "local"})
    return app


def test_health_is_the_apps_own_word_and_the_states_of_the_parts():
    with serving(gateway(healthy_app(), health=Stated(emulator="up", worker="up"))) as caller:
        status, body, headers = caller.get("/health")
    assert (status, headers["content-type"]) == (200, "application/json")
    parts = {"emulator": "up", "worker": "up"}
    assert body == {"status": "ok", "stage": "local", "parts": parts}


def test_health_is_503_when_a_part_is_down():
    with serving(gateway(healthy_app(), health=Stated(emulator="up", worker="down"))) as caller:
        status, body, headers = caller.get("/health")
    assert (status, body["code"], headers["retry-after"]) == (503, "unavailable", "1")
    assert body["parts"] == {"emulator": "up", "worker": "down"}
    assert body["request_id"] == headers["x-amzn-requestid"]


def read_health() -> dict:
    """Say that it is well."""
    return {"status": "ok"}


def read_data() -> dict:
    """Say something."""
    return {"x": 1}


def test_a_read_is_304_on_the_wire_and_health_never_is():
    """The function knows nothing of the parts, so its entity tag is not that of the whole."""
    app = Api("healthy", cors_origin="https://console.example.com")
    app.get("/health", access=OPEN)(read_health)
    app.get("/data", access=OPEN)(read_data)
    with serving(gateway(app, health=Stated(worker="up"))) as caller:
        status, _, headers = caller.get("/data")
        assert (status, headers["cache-control"]) == (200, "private, no-cache")
        again, body, kept = caller.get("/data", If_None_Match=headers["etag"])
        assert (again, body, kept["etag"]) == (304, "", headers["etag"])
        assert "content-length" not in kept
        assert "ETag" in kept["access-control-expose-headers"]
        status, body, headers = caller.get("/health", If_None_Match="*")
        assert (status, body) == (200, {"status": "ok", "parts": {"worker": "up"}})
        assert "etag" not in headers
        missing = caller.get("/nothing")
        assert (missing[0], missing[2]["cache-control"]) == (404, "no-store")
