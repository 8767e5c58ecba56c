"""An export and an import that are killed halfway go on, to the same result."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.clouds import cloud_at
from support.moving import Filling
from transfer_kit import ADA, BOB, find_sub, make_place, reset_emulator

from infra.transfer.exporting import export
from infra.transfer.folder import Folder
from infra.transfer.importing import Import
from infra.transfer.writing import ItemOutcome

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def cloud(ministack):
    reset_emulator(ministack)
    return cloud_at(ministack)


@pytest.fixture(scope="module")
def source(cloud):
    """A stage full of data of two users, of which one part is read after the other."""
    place = make_place(cloud, "local", ADA, BOB)
    Filling(place, [find_sub(place, ADA), find_sub(place, BOB)]).fill()
    return place


@pytest.fixture(scope="module")
def whole(source, tmp_path_factory):
    """The export that nobody killed."""
    path = tmp_path_factory.mktemp("whole") / "export"
    return path, export(source, path, lambda _: None)


@pytest.fixture
def kill(ministack):
    """Runs a command for a stage until it is killed at a fail-point."""

    def run(place, at, *arguments):
        told = {"url": ministack, "stage": place.stage, "outputs": dict(place.outputs)}
        done = subprocess.run(  # noqa: S603 our own
            [
                sys.executable,
                "tests/infra/transfer_failpoints.py",
                json.dumps({**told, "at": at, "arguments": arguments}),
            ],
            cwd=ROOT,
            env={"PYTHONPATH": f"{ROOT}:{ROOT / 'tests'}", "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL, done.stderr

    return run


# At the users' only save, in the middle of a table of several pages, and at one of the last pages.
@pytest.mark.parametrize("at", [1, 6, 21])
def test_an_export_that_was_killed_goes_on(source, whole, tmp_path, kill, at):
    path = tmp_path / "export"
    kill(source, ("save", at), "export", "--to", str(path))
    assert not (path / "manifest.json").exists()
    written = sum(file.stat().st_size for file in path.glob("*.ndjson"))
    saved = [size for part in Folder(path).all_progress() for size, _ in part.files.values()]
    assert written > sum(saved)  # what was written behind the last save is to be cut off
    made = export(source, path, lambda _: None)
    assert made.kinds == whole[1].kinds
    assert made.files == whole[1].files
    assert not (path / "progress").exists()


def test_an_unfinished_export_is_neither_imported_nor_taken_over_by_another_stage(
    source, cloud, tmp_path, kill
):
    path = tmp_path / "export"
    kill(source, ("save", 3), "export", "--to", str(path))
    other = make_place(cloud, "other")
    with pytest.raises(Exception, match="holds an unfinished export; run `make export` again"):
        Import(other, print).run(path)
    with pytest.raises(Exception, match="holds an unfinished export of another system"):
        export(other, path, print)


@pytest.mark.parametrize("at", [("counts", 4), ("insert", 11)])
def test_an_import_that_was_killed_goes_on(cloud, whole, tmp_path, kill, at):
    path, made = whole
    stage = f"two-{at[0]}-{at[1]}"
    target = make_place(cloud, stage, ADA, BOB)
    kill(target, at, "import", "--from", str(path))
    outcomes = Import(target, lambda _: None).run(path)
    found = {outcome for counts in outcomes.values() for outcome in counts}
    assert found == {ItemOutcome.NEW, ItemOutcome.SAME}
    again = export(target, tmp_path / "again", lambda _: None)
    assert again.kinds == made.kinds
