"""Changed source files are found when they are settled, and tried before they are taken."""

from pathlib import Path

import pytest
from support.waiting import until

from infra.local.config import ROOT, BadConfig, is_checkout, local_config
from infra.local.system.failures import last_error, last_error_in
from infra.local.system.reload import ImportTrial, Reloader, Verdict
from infra.local.system.watching import SourceWatcher


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "lib" / "deep").mkdir(parents=True)
    (tmp_path / "app.py").write_text("one = 1\n")
    (tmp_path / "lib" / "deep" / "part.py").write_text("two = 2\n")
    return tmp_path


@pytest.fixture
def watcher(tree, clock):
    return SourceWatcher((tree / "app.py", tree / "lib"), clock)


def later(watcher: SourceWatcher, clock: Clock, seconds: float = 0.4) -> frozenset[Path]:
    clock.now += seconds
    return watcher.poll_changes()


def test_files_that_stay_as_they_are_are_no_change(watcher, clock):
    assert [later(watcher, clock) for _ in range(3)] == [frozenset()] * 3


def test_a_changed_file_is_named_once_when_it_is_settled(tree, watcher, clock):
    (tree / "app.py").write_text("one = 11\n")

    found = [later(watcher, clock) for _ in range(3)]

    assert found == [frozenset(), {tree / "app.py"}, frozenset()]


def test_a_file_that_is_still_being_written_is_waited_for(tree, watcher, clock):
    found = []
    for size in range(1, 5):
        (tree / "app.py").write_text("x" * size * 100)
        found.append(later(watcher, clock))

    assert found == [frozenset()] * 4
    assert later(watcher, clock) == {tree / "app.py"}


def test_new_and_removed_files_in_any_folder_are_changes(tree, watcher, clock):
    (tree / "lib" / "new.py").touch()
    (tree / "lib" / "deep" / "part.py").unlink()
    (tree / "lib" / "notes.txt").touch()
    later(watcher, clock)

    assert later(watcher, clock) == {tree / "lib" / "new.py", tree / "lib" / "deep" / "part.py"}


class FakeTrial:
    """A trial that is over when told so."""

    def __init__(self) -> None:
        self.over, self.error, self.is_cancelled = False, None, False

    def result(self):
        return self.over, self.error

    def cancel(self):
        self.is_cancelled = True


class FakeWatcher:
    """Changes to be found by the next calls."""

    def __init__(self, *names: str) -> None:
        self.found = [frozenset({ROOT / name} if name else ()) for name in names]

    def poll_changes(self):
        return self.found.pop(0) if self.found else frozenset()


def reloader(*names: str) -> tuple[Reloader, list[FakeTrial]]:
    trials: list[FakeTrial] = []

    def begin() -> FakeTrial:
        trials.append(FakeTrial())
        return trials[-1]

    return Reloader(FakeWatcher(*names), begin), trials


def test_a_change_is_taken_when_its_trial_is_over():
    one, trials = reloader("app.py")

    assert one.tend() is None
    trials[0].over = True
    assert one.tend() == Verdict("app.py", None)
    assert one.tend() is None


def test_a_change_that_cannot_be_imported_is_refused_with_its_error():
    one, trials = reloader("app.py")
    one.tend()
    trials[0].over, trials[0].error = True, "app.py:3: SyntaxError: invalid syntax"

    assert one.tend() == Verdict("app.py", "app.py:3: SyntaxError: invalid syntax")


def test_a_change_during_a_trial_begins_another_one_for_both():
    one, trials = reloader("app.py", "chalicelib/ids.py")
    one.tend()
    one.tend()
    trials[1].over = True

    assert trials[0].is_cancelled
    assert one.tend() == Verdict("app.py, chalicelib/ids.py", None)


def test_many_changed_files_are_counted():
    one, trials = reloader("a.py", "b.py", "c.py", "d.py", "e.py")
    for _ in range(5):
        one.tend()
    trials[-1].over = True

    assert one.tend() == Verdict("a.py, b.py, c.py and 2 more files", None)


def test_a_trial_that_cannot_begin_is_a_refusal():
    def begin():
        raise OSError(11, "Resource temporarily unavailable")

    verdict = Reloader(FakeWatcher("app.py"), begin).tend()

    assert verdict == Verdict("app.py", "it cannot be tried: Resource temporarily unavailable")


@pytest.fixture
def importable(tmp_path):
    """A tree whose two programs import `app`, as the real ones do."""
    for part in ("gateway", "event_sources"):
        folder = tmp_path / "infra" / "local" / part
        folder.mkdir(parents=True)
        (folder / "__main__.py").write_text("import app\n")
    return tmp_path


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("one = 1\n", None),
        ("one = 1\n\ndef f(:\n", "app.py:3: SyntaxError: invalid syntax"),
        ("\nfrom nowhere import x\n", "app.py:2: ModuleNotFoundError: No module named 'nowhere'"),
        ("import json\njson.loads('')\n", "app.py:2: json.decoder.JSONDecodeError: Expecting"),
        ("raise SystemExit(3)\n", "importing it ended with status 3"),
    ],
)
def test_a_trial_names_file_and_line_of_what_fails(importable, code, error):
    (importable / "app.py").write_text(code)
    trial = ImportTrial({}, importable)

    is_over, found = until(lambda: (result := trial.result())[0] and result)

    assert is_over
    assert (found is None) if error is None else found.startswith(error)


def test_a_cancelled_trial_runs_no_longer(importable):
    (importable / "app.py").write_text("import time; time.sleep(600)\n")
    trial = ImportTrial({}, importable)

    trial.cancel()

    assert trial._process.returncode == -9


def test_the_last_traceback_of_a_log_counts_and_only_what_follows_the_start(tmp_path):
    log = tmp_path / "part.log"
    first = 'Traceback (most recent call last):\n  File "a.py", line 1, in x\nKeyError: 1\n'
    log.write_text(first)
    start = log.stat().st_size
    assert last_error_in(log, 0) == "a.py:1: KeyError: 1"
    assert last_error_in(log, start) is None
    assert last_error_in(tmp_path / "none.log", 0) is None
    with log.open("a") as file:
        file.write(first.replace("a.py", "b.py").replace("KeyError: 1", "ValueError"))
    assert last_error_in(log, start) == "b.py:1: ValueError"


def test_text_without_a_traceback_has_no_error():
    assert last_error("all is well\n") is None
    assert last_error("Traceback (most recent call last):\n") is None


def test_code_is_reloaded_in_a_checkout_alone_unless_asked(tmp_path, monkeypatch):
    assert not is_checkout(tmp_path)
    (tmp_path / ".git").touch()  # a worktree's is a file
    assert is_checkout(tmp_path)

    monkeypatch.setattr("infra.local.config.is_checkout", lambda root: False)
    assert not local_config({}).reloads
    assert local_config({"RELOAD": "1"}).reloads
    monkeypatch.setattr("infra.local.config.is_checkout", lambda root: True)
    assert local_config({}).reloads
    assert not local_config({"RELOAD": "0"}).reloads
    with pytest.raises(BadConfig, match="RELOAD must be 0 or 1, not 'yes'"):
        local_config({"RELOAD": "yes"})
