"""A full disk: the system survives it, says so, and accepts nothing that it could not keep."""

import errno
import os
import signal
import stat
import subprocess
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.local_system import LocalSystem, aws_of, run_module
from support.saved_state import CopiesOnDisk
from support.spare_system import SpareSystem
from support.waiting import until

from infra.local.system import pids

DISK_MB = 48
MIN_FREE_MB = 16
CHUNK_BYTES = 64 * 1024
ORDER = {"sku": "mop"}


def intake(system: LocalSystem) -> dict[str, int]:
    """The status of each way in."""
    log = {"tenant_id": "acme", "text": "hello"}
    otlp = {"resourceLogs": []}
    bodies = {"/orders": ORDER, "/ingest": log, "/v1/logs": otlp}
    return {path: system.request("POST", path, body)[0] for path, body in bodies.items()}


CLOSED = dict.fromkeys(("/orders", "/ingest", "/v1/logs"), 503)


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A small disk for the tests of this file; each leaves it empty but for the system's state."""
    folder = tmp_path_factory.mktemp("disk")
    mounted = subprocess.run(  # noqa: S603 fixed words and a folder of ours
        ["mount", "-t", "tmpfs", "-o", f"size={DISK_MB}m", "omnidata-test", str(folder)],  # noqa: S607 wherever it is
        check=False,
        capture_output=True,
        timeout=10,
    )
    if mounted.returncode:
        pytest.skip("a small disk can be mounted by root alone")
    try:
        yield folder
    finally:
        unmount = ["umount", "--lazy", str(folder)]
        subprocess.run(unmount, check=True, timeout=10)  # noqa: S603 as above


@pytest.fixture(scope="module")
def spare_on_disk(disk: Path) -> Iterator[SpareSystem]:
    """What `on_small_disk` is taken from."""
    kept = SpareSystem(lambda: LocalSystem(disk / uuid.uuid4().hex, MIN_FREE_MB=str(MIN_FREE_MB)))
    yield kept
    kept.discard()


@pytest.fixture
def on_small_disk(disk: Path, spare_on_disk: SpareSystem) -> Iterator[LocalSystem]:
    """A running system whose state is on that disk, with the data of earlier tests."""
    yield spare_on_disk.take()
    empty(disk)


def fill(disk: Path, left_mb: int) -> None:
    """Fill the disk up to some megabytes; the system writes beside it, so it may be full before."""
    with (disk / "filler").open("ab", buffering=0) as file:
        while os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize > left_mb * 1024 * 1024:
            try:
                file.write(bytes(CHUNK_BYTES))
            except OSError as error:
                assert error.errno == errno.ENOSPC  # noqa: PT017 a full disk is what is wanted
                return


def empty(disk: Path) -> None:
    (disk / "filler").unlink(missing_ok=True)


def test_on_a_full_disk_the_parent_survives_and_intake_waits_for_room(disk, on_small_disk):
    system = on_small_disk
    accepted = system.request("POST", "/orders", ORDER)[1]["orderID"]
    fill(disk, 0)

    assert intake(system) == CLOSED
    until(lambda: "requests that write get 503 until there is room" in system.said)
    before = system.pid("events")
    os.kill(before, signal.SIGKILL)
    until(lambda: "events runs, but its pid cannot be written: No space left" in system.said)
    assert pids.runs(system.config, pids.PARENT, system.pid("parent"))

    empty(disk)
    until(lambda: system.pid("events") not in (0, before), what="the pid on file")
    until(system.is_healthy)
    assert "There is room on the disk again" in system.said
    assert set(intake(system).values()) <= {200, 202}
    assert system.stop()[0] == 0

    system.start()
    found = system.request("GET", f"/orders/{accepted}", Authorization=system.token())
    assert (found[0], found[1]["orderID"]) == (200, accepted)


class Sender:
    """Sends one log record of a tenant of its own after the other until it is told to stop."""

    def __init__(self, system: LocalSystem) -> None:
        self._system = system
        self.tenant = f"full-{uuid.uuid4().hex}"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._send)
        self.statuses: list[int] = []  # the record's log_id is the place in this list
        self._thread.start()

    def _send(self) -> None:
        while not self._stop.wait(0.02):
            record = {"tenant_id": self.tenant, "log_id": f"n{len(self.statuses)}", "text": "hello"}
            self.statuses.append(self._system.request("POST", "/ingest", record)[0])

    def taken(self) -> set[str]:
        """The log_ids that were answered with 202."""
        return {f"n{number}" for number, status in enumerate(self.statuses) if status == 202}

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(30)
        assert not self._thread.is_alive()


def stored_logs(system: LocalSystem, tenant: str) -> set[str]:
    client = aws_of(system.config).client("dynamodb")
    pages = client.get_paginator("query").paginate(
        TableName=system.outputs["LogsTable"],
        KeyConditionExpression="tenant_id = :tenant",
        ExpressionAttributeValues={":tenant": {"S": tenant}},
    )
    return {item["log_id"]["S"] for page in pages for item in page["Items"]}


def test_every_log_answered_202_before_and_after_a_full_disk_is_there(disk, on_small_disk):
    system = on_small_disk
    sender = Sender(system)
    try:
        until(lambda: len(sender.taken()) > 10, 20, "intake")
        fill(disk, 0)
        until(lambda: sender.statuses[-1] == 503, 20, "refusals")
        until(lambda: "requests that write get 503 until there is room" in system.said)
        taken_before = len(sender.taken())
        empty(disk)
        until(lambda: len(sender.taken()) > taken_before + 10, 20, "intake again")
    finally:
        sender.stop()

    assert set(sender.statuses) == {202, 503}
    assert system.stop()[0] == 0
    system.start()
    taken = sender.taken()
    until(lambda: stored_logs(system, sender.tenant) >= taken, 30, "every record that was taken")
    assert stored_logs(system, sender.tenant) == taken


def test_logs_are_refused_while_the_latest_save_is_known_to_have_failed(spare_system):
    spare_system.config.save_failed_file.touch()
    assert intake(spare_system) == CLOSED
    _, answer = spare_system.request("POST", "/ingest", {"tenant_id": "acme", "text": "hello"})
    assert "the latest save of the data failed" in answer["message"]

    spare_system.config.save_failed_file.unlink()
    assert set(intake(spare_system).values()) <= {200, 202}


def test_a_save_that_a_full_disk_refused_is_reported_at_the_stop_and_at_the_start(
    disk, on_small_disk
):
    system = on_small_disk
    fill(disk, 0)

    status, _ = system.stop()
    said = system.said
    empty(disk)

    assert status == 1
    assert system.config.save_failed_file.exists()
    assert "Stopping" in said
    system.start()
    assert "The last run could not save its data" in system.said
    assert system.request("POST", "/orders", ORDER)[0] == 202


def block_save(system: LocalSystem) -> None:
    """Have a file where the emulator wants the folder of its next save."""
    system.config.emulator_dir.joinpath("state.new").touch()


def test_a_save_that_failed_is_reported_and_leaves_the_one_before(spare_system):
    assert stat.S_IMODE(spare_system.state_dir.stat().st_mode) == 0o700
    assert spare_system.stop()[0] == 0
    copies = CopiesOnDisk(spare_system.config.emulator_dir)
    before = copies.files("state")
    spare_system.start()
    block_save(spare_system)

    status, took_s = spare_system.stop()

    assert (status, took_s < 10) == (1, True)
    assert "The emulator could not save the data: what was accepted" in spare_system.said
    assert copies.files("state") == copies.files("last-good") == before
    spare_system.start()
    assert "The last run could not save its data: what it accepted is lost." in spare_system.said
    assert spare_system.request("POST", "/orders", ORDER)[0] == 202


def test_make_stop_says_that_a_save_failed(spare_system):
    block_save(spare_system)

    stopped = run_module("infra.local.system.stop", spare_system.config)

    assert (stopped.returncode, stopped.stdout) == (1, "Stopped parent.\n")
    assert "its data could not be saved" in stopped.stderr


def test_below_the_threshold_intake_is_503_with_a_reason_and_reading_goes_on(tmp_path):
    system = LocalSystem(tmp_path, MIN_FREE_MB=str(10**9))
    try:
        system.start()  # the disk is never that large
        assert intake(system) == CLOSED
        _, answer = system.request("POST", "/orders", ORDER)
        assert answer["code"] == "unavailable"
        assert f"less than the {10**9} MB of MIN_FREE_MB; make room" in answer["message"]
        assert system.is_healthy()
        status, page = system.request("GET", "/orders", Authorization=system.token())
        assert (status, page["orders"]) == (200, [])
    finally:
        system.end()
