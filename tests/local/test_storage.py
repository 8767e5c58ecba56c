"""Nothing is accepted that could not be saved, and what was not saved is reported."""

import os
import stat
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from chalice import Chalice
from gateway_kit import gateway, serving
from support.local_system import local

from infra.local.config import MIB, ROOT, BadConfig, local_config
from infra.local.emulator.saved_state import write_copy
from infra.local.system import state_dir
from infra.local.system.disk import DiskStorage, StorageWatch, free_bytes
from infra.local.system.preflight import CannotRun


class Disk:
    """A disk with as much room as a test says."""

    def __init__(self, free_mb: float) -> None:
        self.free_mb = free_mb

    def __call__(self, folder: Path) -> int:
        if self.free_mb < 0:
            raise FileNotFoundError(2, "No such file or directory")
        return int(self.free_mb * MIB)


def storage(folder: Path, disk: Disk) -> DiskStorage:
    return DiskStorage(local(folder), disk)


def test_with_room_there_is_no_problem(tmp_path):
    assert storage(tmp_path, Disk(64)).problem() is None
    assert DiskStorage(local(tmp_path)).problem() is None


def test_too_little_room_is_named_with_its_setting(tmp_path):
    assert storage(tmp_path, Disk(63.9)).problem() == (
        "the disk of STATE_DIR has 63 MB free, less than the 64 MB of MIN_FREE_MB"
    )


def test_a_state_directory_that_is_gone_is_a_problem(tmp_path):
    problem = storage(tmp_path, Disk(-1)).problem()
    assert problem == "STATE_DIR cannot be read (No such file or directory)"


def test_a_save_that_failed_is_a_problem_until_it_is_taken(tmp_path):
    one = storage(tmp_path, Disk(1000))
    one.keep_failure()

    assert one.problem() == "the latest save of the data failed"
    assert (one.take_failure(), one.take_failure()) == (True, False)
    assert one.problem() is None


def test_the_room_is_what_an_ordinary_user_may_write(tmp_path, monkeypatch):
    disk = SimpleNamespace(f_frsize=4096, f_bavail=10, f_bfree=99)
    monkeypatch.setattr(os, "statvfs", {tmp_path: disk}.get)
    assert free_bytes(tmp_path) == 40_960


def test_the_threshold_is_a_setting():
    assert local_config({}).min_free_bytes == 64 * MIB
    assert local_config({"MIN_FREE_MB": "0"}).min_free_bytes == 0
    elsewhere = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    assert local_config(elsewhere).min_free_bytes == 0
    assert local_config({**elsewhere, "MIN_FREE_MB": "5"}).min_free_bytes == 5 * MIB
    with pytest.raises(BadConfig, match="MIN_FREE_MB must be a whole number of megabytes"):
        local_config({"MIN_FREE_MB": "64MB"})


def test_only_a_whole_save_since_the_stop_began_counts(tmp_path):
    one = storage(tmp_path, Disk(1000))
    folder = one.config.emulator_state_dir
    folder.mkdir(parents=True)
    before = time.time()
    assert not one.is_saved(before)

    write_copy(folder, {"sqs.json": "{}"}, {"queues": 1})

    assert one.is_saved(before)
    assert not one.is_saved(time.time())
    (folder / "saved.json").write_text("{")
    assert not one.is_saved(before)


FULL = (
    "the disk of STATE_DIR has 12 MB free, less than the 64 MB of MIN_FREE_MB: requests that write "
    "get 503 until there is room."
)


def test_the_parent_reports_each_change_once(tmp_path):
    now, disk = 0.0, Disk(100)
    watch = StorageWatch(storage(tmp_path, disk), lambda: now)
    found = []
    for free_mb in (100, 12, 11, 90, 91):
        disk.free_mb = free_mb
        found.append(watch.news())
        now += 1

    assert found == [
        None,
        FULL,
        None,
        "There is room on the disk again: requests that write are taken.",
        None,
    ]


def app_with_every_method() -> Chalice:
    app = Chalice("whole", configure_logs=False)
    app.api.cors = True
    app.route("/things", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])(lambda: {"done": True})
    app.route("/health")(lambda: {"status": "ok"})
    return app


def test_on_a_full_disk_what_writes_gets_503_and_the_rest_goes_on(tmp_path):
    with serving(gateway(app_with_every_method(), storage=storage(tmp_path, Disk(3)))) as caller:
        found = {
            method: caller.send(method, "/things", None if method == "GET" else "{}", JSON)
            for method in ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
        }
        health = caller.get("/health")[0]

    assert {method: answer[0] for method, answer in found.items()} == {
        "GET": 200,
        "POST": 503,
        "PUT": 503,
        "PATCH": 503,
        "DELETE": 200,
        "OPTIONS": 200,
    }
    _, body, headers = found["POST"]
    assert (body["code"], headers["retry-after"]) == ("unavailable", "10")
    assert body["message"] == (
        "nothing is accepted now: the disk of STATE_DIR has 3 MB free, less than the 64 MB of "
        "MIN_FREE_MB; make room, then send it again"
    )
    assert health == 200


def test_with_room_again_the_very_next_request_is_taken(tmp_path):
    disk = Disk(3)
    with serving(gateway(app_with_every_method(), storage=storage(tmp_path, disk))) as caller:
        assert caller.send("POST", "/things", "{}", JSON)[0] == 503
        disk.free_mb = 64
        assert caller.send("POST", "/things", "{}", JSON)[0] == 200


JSON = {"Content-Type": "application/json"}


def mode(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


def test_a_new_state_directory_is_its_owners_alone(tmp_path):
    config = local(tmp_path / "deep" / "state")

    assert state_dir.make_private(config) is None
    assert mode(config.state_dir) == 0o700


def test_a_state_directory_that_others_could_read_becomes_its_owners_alone(tmp_path):
    folder = tmp_path / "state"
    folder.mkdir(mode=0o755)
    (folder / "generated.json").touch()

    assert state_dir.make_private(local(folder)) is None
    assert mode(folder) == 0o700


@pytest.mark.parametrize("kind", ["sticky", "home", "above the code"])
def test_a_directory_that_others_need_is_left_as_it_is_and_named(kind, tmp_path, monkeypatch):
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(0o1777 if kind == "sticky" else 0o755)
    if kind == "home":
        monkeypatch.setenv("HOME", str(folder))
    if kind == "above the code":
        monkeypatch.setattr(state_dir, "ROOT", folder / "omnidata")
    before = mode(folder)

    warning = state_dir.make_private(local(folder))

    assert f"STATE_DIR {folder} has mode {before:o} and cannot be made private" in warning
    assert mode(folder) == before


def test_a_mode_that_cannot_be_changed_is_one_sentence(tmp_path, monkeypatch):
    def refuse(path, mode):
        raise PermissionError(1, "Operation not permitted")

    folder = tmp_path / "state"
    folder.mkdir(mode=0o755)
    monkeypatch.setattr(Path, "chmod", refuse)

    assert state_dir.make_private(local(folder)) == (
        f"STATE_DIR {folder} has mode 755 and cannot be made private (Operation not permitted): "
        "other users may read its keys and data."
    )


def test_a_state_directory_that_cannot_be_made_is_named_with_what_to_do(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(CannotRun, match=r"cannot be made \(Not a directory\); name a directory"):
        state_dir.make_private(local(tmp_path / "file" / "state"))


def test_the_checkout_itself_is_no_state_directory():
    assert "it holds more than the state" in str(state_dir._why_shared(ROOT.parent, 0o755))
