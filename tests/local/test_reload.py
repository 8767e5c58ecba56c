"""A running system takes changed code, and loses nothing that it accepted before or meanwhile."""

import http.client
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.local_system import ROOT, LocalSystem
from support.waiting import until

from infra.local.system import pids

CODE = ("app.py", "chalicelib", "infra", "worker", "frontend", ".chalice")
NOT_CODE = shutil.ignore_patterns("node_modules", "dist")  # byte code spares seconds of compiling
RELOADED_WITHIN_S = 30


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code, for changes."""
    root = tmp_path_factory.mktemp("tree")
    for name in CODE:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=NOT_CODE)
        else:
            shutil.copy2(source, root / name)
    return root


@pytest.fixture(scope="module")
def edited(tree: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSystem]:
    """A system that runs the copy; the last test stops it."""
    whole = LocalSystem(tmp_path_factory.mktemp("state"), root=tree, RELOAD="1")
    try:
        yield whole.start()
    finally:
        whole.end()


def version_file(system: LocalSystem) -> Path:
    return system.root / "chalicelib" / "__init__.py"


def set_version(system: LocalSystem, version: str) -> None:
    version_file(system).write_text(f'"""The domain."""\n\n__version__ = "{version}"\n')


def version(system: LocalSystem) -> str | None:
    """What `/health` says once all parts are up."""
    try:
        status, health = system.request("GET", "/health")
    except (OSError, http.client.HTTPException):
        return None
    return health["version"] if status == 200 else None


def take(system: LocalSystem, number: str) -> None:
    """Change the version, and wait until the running system has it."""
    set_version(system, number)
    until(lambda: version(system) == number, RELOADED_WITHIN_S, f"version {number}")


def test_the_gateway_and_the_event_sources_run_the_changed_code(edited):
    before = edited.pids()

    take(edited, "1.0.1")

    after = edited.pids()
    restarted = {name for name in after if after[name] != before[name]}
    assert restarted == {"gateway", "events"}
    assert all(after[name] and pids.runs(edited.config, name, after[name]) for name in after)
    assert (
        "chalicelib/__init__.py changed; the event sources and the gateway start again"
        in edited.said
    )
    until(lambda: "Reloaded." in edited.said)


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("def f(:\n", "chalicelib/__init__.py:1: SyntaxError: invalid syntax"),
        ("\nimport nothing_such\n", "chalicelib/__init__.py:2: ModuleNotFoundError: "),
    ],
)
def test_code_that_cannot_be_imported_is_named_and_the_old_code_goes_on(edited, code, error):
    number = until(lambda: version(edited), RELOADED_WITHIN_S, "a healthy system")
    before = edited.pids()
    version_file(edited).write_text(code)

    until(lambda: error in edited.said, RELOADED_WITHIN_S, "the error")

    (line,) = [line for line in edited.said.splitlines() if error in line]
    assert line.startswith("chalicelib/__init__.py changed, but ")
    assert line.endswith("; the old code goes on")
    assert (version(edited), edited.pids()) == (number, before)
    take(edited, f"2.1.{len(code)}")


class Orderer(threading.Thread):
    """Places orders, one after the other, until told to stop."""

    def __init__(self, system: LocalSystem) -> None:
        super().__init__()
        self.accepted: list[str] = []
        self.other: list[int] = []
        self.refused = 0
        self._system = system
        self._over = threading.Event()

    def run(self) -> None:
        while not self._over.is_set():
            try:
                status, answer = self._system.request("POST", "/orders", {"sku": "mop"})
            except (OSError, http.client.HTTPException):
                self.refused += 1
                self._over.wait(0.01)
                continue
            if status == 202:
                self.accepted.append(answer["orderID"])
            else:
                self.other.append(status)

    def until_more(self) -> None:
        """Wait until some more orders were accepted."""
        before = len(self.accepted)
        until(lambda: len(self.accepted) > before + 5, what="more orders")

    def finish(self) -> None:
        self._over.set()
        self.join(20)


def test_every_order_that_was_accepted_beside_reloads_is_stored_and_announced(edited):
    token, orderer = edited.token(), Orderer(edited)
    orderer.start()
    try:
        orderer.until_more()
        for number in ("3.0.1", "3.0.2"):
            take(edited, number)
            orderer.until_more()
    finally:
        orderer.finish()

    def is_announced(order_id: str) -> bool:
        answer = edited.request("GET", f"/orders/{order_id}", Authorization=token)
        return answer[1].get("status") == "notified"

    assert set(orderer.other) <= {503}
    for order_id in orderer.accepted:
        until(lambda order_id=order_id: is_announced(order_id), 30, f"order {order_id}")


def test_a_stop_beside_a_reload_is_orderly(edited):
    until(lambda: version(edited), RELOADED_WITHIN_S, "a healthy system")
    said_before = len(edited.said)
    set_version(edited, "4.0.1")
    until(lambda: "changed; the event sources" in edited.said[said_before:], RELOADED_WITHIN_S)

    status, took_s = edited.stop()  # the last test of this file

    assert (status, took_s < 10) == (0, True)
    assert not list(edited.config.pids_dir.iterdir())
