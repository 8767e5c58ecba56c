"""Child processes are started again, with longer pauses, and none of them outlives its stop."""

import os
import signal
import sys
import threading
import time
from pathlib import Path

import pytest
from support.processes import is_alive
from support.waiting import until

from infra.local.system import pids
from infra.local.system.processes import Child, ChildCommand

FOREVER = "import time; time.sleep(600)"
STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""


def child(tmp_path: Path, code: str, clock=time.monotonic) -> Child:
    """A child that runs `code`."""
    return Child(
        ChildCommand(
            name="part",
            argv=[sys.executable, "-c", code],
            environment={},
            log_file=tmp_path / "logs" / "part.log",
            pid_file=tmp_path / "pids" / "part.pid",
            directory=tmp_path,
        ),
        clock,
    )


@pytest.fixture
def sleeper(tmp_path):
    one = child(tmp_path, FOREVER)
    one.start()
    yield one
    one.stop(time.monotonic())


def test_a_child_is_in_a_session_of_its_own_and_its_pid_on_file(sleeper, tmp_path):
    pid = int((tmp_path / "pids" / "part.pid").read_text())

    assert os.getsid(pid) == pid


def test_a_killed_child_is_started_again_with_another_pid(sleeper, tmp_path):
    pid_file = tmp_path / "pids" / "part.pid"
    first = int(pid_file.read_text())
    os.kill(first, signal.SIGKILL)

    news = until(sleeper.tend)
    until(lambda: sleeper.tend() or sleeper.runs)

    assert news == "part was killed by SIGKILL; it starts again in 0.1 s"
    assert int(pid_file.read_text()) != first


def test_pauses_double_up_to_ten_seconds_and_begin_anew_after_a_steady_run(tmp_path):
    now = 1000.0
    one = child(tmp_path, FOREVER, clock=lambda: now)
    one.start()
    try:
        pauses = [one.count_failure() for _ in range(9)]
        now += 31
        pauses.append(one.count_failure())
    finally:
        one.stop(now)

    assert pauses == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0, 0.1]


def test_what_a_child_prints_stands_in_its_log(tmp_path):
    one = child(tmp_path, "import sys; print('out'); sys.exit(3)")
    one.start()
    until(lambda: not one.runs)

    assert one.how_it_ended() == "ended with status 3"
    assert (tmp_path / "logs" / "part.log").read_text() == "out\n"
    one.stop(time.monotonic())


def test_a_child_that_ignores_the_signal_is_killed_with_all_of_its_own(tmp_path):
    one = child(tmp_path, STUBBORN)
    one.start()
    log = tmp_path / "logs" / "part.log"
    until(lambda: log.read_text().endswith("\n"))
    pids = [int((tmp_path / "pids" / "part.pid").read_text()), int(log.read_text())]

    begun = time.monotonic()
    one.stop(begun + 0.3)

    assert 0.3 <= time.monotonic() - begun < 3
    until(lambda: not any(is_alive(pid) for pid in pids))
    assert not (tmp_path / "pids" / "part.pid").exists()


def test_a_stopped_child_is_not_started_again(sleeper):
    sleeper.tell_to_stop()
    sleeper.wait(time.monotonic() + 5)

    sleeper.stop(time.monotonic())

    assert not sleeper.runs


def test_a_pid_on_file_is_never_seen_half_written(tmp_path):
    file = tmp_path / "part.pid"
    pids.write(file, 1)
    seen, done = set(), threading.Event()

    def read():
        while not done.is_set():
            seen.add(file.read_text())

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(2_000):
        pids.write(file, 1)
    done.set()
    reader.join()

    assert seen == {"1\n"}


def full(*_, **__):
    raise OSError(28, "No space left on device")


def test_a_full_disk_keeps_no_child_from_running_and_is_reported_once(tmp_path, monkeypatch):
    now = 1000.0
    one = child(tmp_path, FOREVER, clock=lambda: now)
    pid_file = tmp_path / "pids" / "part.pid"
    with monkeypatch.context() as disk:
        disk.setattr(pids, "write", full)
        one.start()
        news = [one.tend(), one.tend()]
        now += 1
        news.append(one.tend())
    try:
        assert one.runs
        assert news == [
            "part runs, but its pid cannot be written: No space left on device",
            None,
            None,
        ]
        assert not pid_file.exists()
        now += 1
        assert one.tend() is None
        assert os.getsid(int(pid_file.read_text())) > 0
    finally:
        one.stop(now)
    assert not pid_file.exists()


def test_a_pid_that_cannot_be_written_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    file = tmp_path / "part.pid"
    pids.write(file, 1)
    monkeypatch.setattr(Path, "replace", full)

    with pytest.raises(OSError, match="No space left"):
        pids.write(file, 2)

    assert [path.name for path in tmp_path.iterdir()] == ["part.pid"]
    assert file.read_text() == "1\n"


def test_a_child_that_cannot_be_started_is_tried_again_with_longer_pauses(tmp_path, monkeypatch):
    now = 1000.0
    one = child(tmp_path, FOREVER, clock=lambda: now)
    with monkeypatch.context() as system:
        system.setattr("infra.local.system.processes.subprocess.Popen", full)
        news = [one.try_start(), one.tend()]
        now += 0.2
        news.append(one.tend())
    now += 0.3
    try:
        assert one.tend() is None
        assert one.runs
    finally:
        one.stop(now)
    assert news == [
        "part could not be started (No space left on device); it is tried again in 0.1 s",
        None,
        "part could not be started (No space left on device); it is tried again in 0.2 s",
    ]


def test_a_child_that_fails_is_reported_with_its_last_error(tmp_path):
    (tmp_path / "broken.py").write_text("import json\nraise KeyError('x')\n")
    one = child(tmp_path, "import broken")
    one.start()
    until(lambda: not one.runs)

    news = one.tend()
    one.stop(time.monotonic())

    place = tmp_path / "broken.py"
    assert news == (
        f"part ended with status 1 ({place}:2: KeyError: 'x'); it starts again in 0.1 s"
    )
