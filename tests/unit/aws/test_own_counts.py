"""Counts of one process: written as totals, kept until they are confirmed, in any interleaving."""

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from support.waiting import until

from chalicelib.aws.own_counts import OwnCounts, run_in_background
from chalicelib.errors import Unavailable

ROOT = Path(__file__).parents[3]


class FakeState:
    """Totals by name; `down` refuses writes, after taking them where `answer_lost`."""

    def __init__(self) -> None:
        self.totals: dict[str, int] = {}
        self.down = threading.Event()
        self.answer_lost = False
        self.writes = 0
        self._lock = threading.Lock()

    def put_total(self, name, process_id, total):
        with self._lock:
            self.writes += 1
            if not self.down.is_set() or self.answer_lost:
                self.totals[name] = max(self.totals.get(name, 0), total)
            if self.down.is_set():
                raise Unavailable("the database is not available; try again")


def counts_on(state, **options):
    options = {"in_background": run_in_background, "pause": lambda _: None, **options}
    return OwnCounts(lambda: state, lambda: state, process_id="p-1", **options)


def test_threads_that_count_while_the_counter_comes_and_goes_are_all_counted_once():
    state = FakeState()
    state.answer_lost = True
    counts = counts_on(state)

    def count(number):
        (state.down.set if number % 7 == 0 else state.down.clear)()
        counts.count("n")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(400)))
    state.down.clear()
    assert until(lambda: state.totals == {"n": 400}, 10)


def test_what_is_counted_during_a_retry_is_written_by_it(logged):
    state, works = FakeState(), []
    counts = counts_on(state, in_background=lambda work, _: works.append(work))
    state.down.set()
    counts.count("a")
    counts.count("a")
    counts.count("b")
    assert (state.writes, len(works)) == (1, 1)
    state.down.clear()
    works[0]()
    assert state.totals == {"a": 2, "b": 1}
    lines = map(json.loads, logged.getvalue().splitlines())
    done = [line["counts"] for line in lines if line["message"] == "all counts are confirmed"]
    assert {"a": 2, "b": 1} in done  # beside those of other tests' threads


def test_a_process_that_ends_in_order_writes_its_counts(tmp_path):
    file = tmp_path / "totals"
    program = f"""
import itertools, threading
from pathlib import Path
from chalicelib.aws.own_counts import OwnCounts, run_in_background
from chalicelib.errors import Unavailable

attempts = itertools.count()

class State:
    def put_total(self, name, process_id, total):
        if next(attempts) == 0:
            raise Unavailable("down")
        with Path({str(file)!r}).open("a") as found:
            found.write(f"{{name}} {{total}} ")

state = State()
never = threading.Event()
counts = OwnCounts(lambda: state, lambda: state, process_id="p-1",
                   in_background=run_in_background, pause=lambda _: never.wait())
for _ in range(3):
    counts.count("n")
"""
    subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=60, check=True)  # noqa: S603
    assert file.read_text() == "n 3 "
