"""The emulator's saved data survives damage, a reset and kills, and what was restored is said."""

import os
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.local_system import LocalSystem, aws_of, running_emulator
from support.saved_state import CopiesOnDisk
from support.spare_system import SpareSystem
from support.waiting import until

from infra.local.emulator.recovery import Recovery
from infra.local.provision.provision import local_resources
from infra.local.system.emulator_process import Emulator

FAILPOINTS = Path(__file__).parent / "emulator_failpoints.py"
ORDER = {"customer": "Ada"}
TABLES = [table.name for table in local_resources().tables]


@pytest.fixture(scope="module")
def saved_once(tmp_path_factory) -> tuple[Path, str]:
    """A state directory after a clean stop, and the order in it."""
    system = LocalSystem(tmp_path_factory.mktemp("saved"))
    try:
        system.start()
        order_id = place(system)
        assert system.stop()[0] == 0
    finally:
        system.end()
    return system.state_dir, order_id


@pytest.fixture
def saved(saved_once, tmp_path) -> Iterator[LocalSystem]:
    """A system of this test's own on a copy of that directory, not started."""
    system = LocalSystem(shutil.copytree(saved_once[0], tmp_path / "state"))
    try:
        yield system
    finally:
        system.end()


@pytest.fixture(scope="module")
def spare_saved(saved_once, tmp_path_factory) -> Iterator[SpareSystem]:
    """What `restarted` is taken from."""
    folder = tmp_path_factory.mktemp("restarted")
    kept = SpareSystem(
        lambda: LocalSystem(shutil.copytree(saved_once[0], folder / uuid.uuid4().hex))
    )
    yield kept
    kept.discard()


@pytest.fixture
def restarted(spare_saved, request) -> Iterator[LocalSystem]:
    """A system that was started again after a clean stop, for tests that leave it running."""
    yield from spare_saved.lend(request.session)


@pytest.fixture
def order_id(saved_once) -> str:
    return saved_once[1]


def place(system: LocalSystem) -> str:
    """Post an order and wait until it is stored and notified; returns its id."""
    accepted, token = system.request("POST", "/orders", ORDER)[1]["orderID"], system.token()
    until(lambda: status_of(system, accepted, token) == "notified", 20, "the notification")
    return accepted


def status_of(system: LocalSystem, order_id: str, token: str | None = None) -> str | None:
    authorization = token or system.token()
    answer = system.request("GET", f"/orders/{order_id}", Authorization=authorization)
    return answer[1].get("status")


@contextmanager
def emulator_alone(system: LocalSystem) -> Iterator[Recovery | None]:
    """Its emulator as its parent starts and stops it, without the other parts; what it restored."""
    emulator = Emulator(system.config, say=print, pause=time.sleep)
    try:
        yield emulator.start()
    finally:
        assert emulator.stop(time.monotonic())


def is_notified(system: LocalSystem, order_id: str) -> bool:
    """Whether the emulator has the order, and that it was notified."""
    found = (
        aws_of(system.config)
        .client("dynamodb")
        .get_item(TableName="orders", Key={"orderID": {"S": order_id}})
    )
    return found["Item"]["status"] == {"S": "notified"}


def copies_of(system: LocalSystem) -> CopiesOnDisk:
    return CopiesOnDisk(system.config.emulator_dir)


def truncate(folder: Path) -> None:
    os.truncate(folder / "dynamodb.json", 1000)


def scribble(folder: Path) -> None:
    (folder / "sqs.json").write_bytes(b"\xff\xfe no JSON")


def alter(folder: Path) -> None:
    text = (folder / "dynamodb.json").read_text()
    (folder / "dynamodb.json").write_text(text.replace("Ada", "Eve"))


def lose_a_file(folder: Path) -> None:
    (folder / "cognito.json").unlink()


def scribble_on_the_manifest(folder: Path) -> None:
    (folder / "saved.json").write_text("{}")


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (truncate, "dynamodb.json was damaged"),
        (scribble, "sqs.json was damaged"),
        (alter, "dynamodb.json was damaged"),
        (lose_a_file, "cognito.json was missing"),
        (scribble_on_the_manifest, "saved.json was damaged"),
    ],
)
def test_a_damaged_copy_is_kept_aside_and_the_last_good_one_used(damage, reason, saved, order_id):
    copies = copies_of(saved)
    saved_at = copies.saved_at("last-good")
    damage(saved.config.emulator_state_dir)
    damaged = copies.files("state")

    with emulator_alone(saved) as recovery:
        (kept,) = copies.damaged()
        assert recovery.describe() == (
            f"Restored the data saved at {saved_at}, since {reason}; "
            f"the damaged copy is kept in {kept}."
        )
        assert copies.files(kept.name) == damaged
        assert is_notified(saved, order_id)

    assert copies.files("state") == copies.files("last-good") != damaged


def test_what_was_restored_is_said_when_it_is_ready(saved, order_id):
    truncate(saved.config.emulator_state_dir)

    saved.start()

    (kept,) = copies_of(saved).damaged()
    said = f"since dynamodb.json was damaged; the damaged copy is kept in {kept}."
    assert re.search(
        rf"OmniData is ready\.\n\nRestored the data saved at \S+, {re.escape(said)}\n\n  Console",
        saved.said,
    )
    assert status_of(saved, order_id) == "notified"
    assert saved.stop()[0] == 0


def test_a_missing_copy_is_replaced_by_the_last_good_one(saved, order_id):
    shutil.rmtree(saved.config.emulator_state_dir)

    with emulator_alone(saved) as recovery:
        assert recovery.describe().endswith("since the current copy was missing.")
        assert is_notified(saved, order_id)


def test_with_both_copies_damaged_the_start_says_so_and_keeps_what_there_is(saved, order_id):
    for folder in ("state", "last-good"):
        truncate(saved.config.emulator_dir / folder)

    saved.start()

    (kept,) = copies_of(saved).damaged()
    assert (
        "Nothing could be restored: dynamodb.json was damaged and there is no good copy; "
        f"the damaged copy is kept in {kept}."
    ) in saved.said
    assert status_of(saved, order_id) is None
    assert place(saved)


def test_objects_that_are_gone_are_restored(saved, order_id):
    s3, bucket = aws_of(saved.config).client("s3"), local_resources().buckets[0].name
    with emulator_alone(saved):
        s3.put_object(Bucket=bucket, Key="a/b", Body=b"kept")
    shutil.rmtree(saved.config.emulator_dir / "s3")

    with emulator_alone(saved) as recovery:
        assert recovery.describe().endswith("since the S3 objects were missing.")
        assert s3.get_object(Bucket=bucket, Key="a/b")["Body"].read() == b"kept"
        assert is_notified(saved, order_id)


def test_an_emulator_that_was_reset_does_not_save_its_emptiness(saved, order_id):
    copies = copies_of(saved)
    before = copies.files("last-good")
    saved.config.pids_dir.mkdir(exist_ok=True)
    with running_emulator(saved.config, guarded=False):
        assert reset(saved) == 200
    log = (saved.config.logs_dir / "emulator.log").read_text()
    assert "all tables and queues and user pools are gone; the latest save is kept" in log
    assert copies.files("state") == {}  # the emulator's reset deletes the files too

    with emulator_alone(saved) as recovery:
        assert copies.files("state") == before
        assert recovery.describe().endswith("since the current copy was missing.")
        assert is_notified(saved, order_id)


def test_tables_that_vanish_in_the_first_run_are_made_again(own_system):
    own_system.start()
    delete_tables(own_system, TABLES)

    until(lambda: "every part starts again" in own_system.said)
    until(own_system.is_healthy)
    assert place(own_system)


@pytest.mark.parametrize(
    ("point", "is_new", "reason"),
    [
        ("between_files", False, "the latest save was interrupted"),
        ("before_rename", True, None),
        ("halfway_through_the_rename", True, None),
    ],
)
def test_a_save_that_is_killed_leaves_the_old_copy_or_the_new(
    point, is_new, reason, saved, order_id
):
    with running_emulator(saved.config, program=(str(FAILPOINTS), point)) as emulator:
        aws_of(saved.config).client("dynamodb").put_item(
            TableName="OmniData", Item={"user_id": {"S": "new"}}
        )
        emulator.tell_to_stop()
        until(lambda: not emulator.runs, what="its end")
        assert emulator.how_it_ended() == "was killed by SIGKILL"

    with emulator_alone(saved) as recovery:
        assert (recovery.reason if recovery else None) == reason
        found = aws_of(saved.config).client("dynamodb").scan(TableName="OmniData")
        assert (found["Count"] == 1) == is_new
        assert is_notified(saved, order_id)


def test_a_clean_start_restores_nothing_and_keeps_two_equal_copies(restarted, order_id):
    assert "Restored" not in restarted.said
    assert status_of(restarted, order_id) == "notified"
    copies = copies_of(restarted)
    assert copies.files("state") == copies.files("last-good")
    assert copies.damaged() == []


def test_tables_that_all_vanish_while_it_runs_come_back_from_the_last_save(restarted, order_id):
    delete_tables(restarted, TABLES)

    until(lambda: "the emulator had lost its state; every part starts again" in restarted.said)
    until(lambda: restarted.is_healthy() and status_of(restarted, order_id) == "notified")
    assert "the emulator has lost all tables; it starts again from its last clean" in restarted.said
    assert place(restarted)
    assert restarted.stop()[0] == 0
    restarted.start()
    assert status_of(restarted, order_id) == "notified"


def test_one_table_that_vanishes_is_made_again_and_the_others_stay(restarted, order_id):
    later = place(restarted)
    delete_tables(restarted, ["OmniData"])

    until(lambda: "OmniData vanished and is made again, empty" in restarted.said)
    until(lambda: "every part starts again" in restarted.said)
    until(restarted.is_healthy)
    assert status_of(restarted, later) == "notified"
    token = restarted.token()
    body = {"user_id": "ada"}
    until(lambda: restarted.request("POST", "/stream", body, Authorization=token)[0] == 200)


def delete_tables(system: LocalSystem, names: list[str]) -> None:
    client = aws_of(system.config).client("dynamodb")
    for name in names:
        client.delete_table(TableName=name)


def reset(system: LocalSystem) -> int:
    from http.client import HTTPConnection

    connection = HTTPConnection("127.0.0.1", system.config.aws_port, timeout=10)
    try:
        connection.request("POST", "/_ministack/reset")
        return connection.getresponse().status
    finally:
        connection.close()
