"""The emulator is killed while records and orders come in: it comes back, and the rest goes on.

The emulator keeps its memory only at a clean stop. So a kill loses what was accepted since then,
promised or not: there is no AWS whose disks one could pull like that. What is tested is the
product around it: it answers all the while, refuses what it cannot keep, and works on by itself.
"""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from flood_kit import Answer, lines, post, stored, until_drained
from support.local_system import LocalSystem
from support.waiting import until

TENANT = "killed"
COMES_BACK_WITHIN_S = 40
LONGEST_ANSWER_S = 8.0
PARTS = ("gateway", "events", "worker", "sandbox")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[LocalSystem]:
    """A system of this test's own, which has been stopped cleanly once."""
    whole = LocalSystem(tmp_path)
    try:
        yield whole.start()
    finally:
        whole.end()


class Intake:
    """Sends record after record until it is told to stop."""

    def __init__(self, system: LocalSystem) -> None:
        self._system = system
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._send)
        self.answers: list[Answer] = []
        self.longest_s = 0.0
        self._thread.start()

    def _send(self) -> None:
        while not self._stop.wait(0.02):
            began = time.monotonic()
            text = f"record {len(self.answers)}"
            self.answers.append(post(self._system, "/ingest", lines(TENANT, [text])))
            self.longest_s = max(self.longest_s, time.monotonic() - began)

    def taken(self, since: int = 0) -> list[str]:
        """The log_ids that were promised, from the answer of that number on."""
        return [
            log_id
            for response in self.answers[since:]
            if response.status == 202
            for log_id in response.log_ids
        ]

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(30)
        assert not self._thread.is_alive()


def order(system: LocalSystem, name: str) -> str:
    status, accepted = system.request("POST", "/orders", {"customer": name})
    assert status == 202
    return accepted["orderID"]


def until_notified(system: LocalSystem, order_id: str, token: str) -> None:
    def status() -> str | None:
        return system.request("GET", f"/orders/{order_id}", Authorization=token)[1].get("status")

    until(lambda: status() == "notified", 30, "the notification")


def log_ids(system: LocalSystem) -> set[str]:
    return {item["log_id"] for item in stored(system, TENANT)}


def test_an_emulator_killed_during_intake_comes_back_and_everything_goes_on(own):
    kept = post(own, "/ingest", lines(TENANT, ["before the clean stop"])).log_ids
    before = order(own, "before")
    until_notified(own, before, own.token())
    until(lambda: log_ids(own) == set(kept), 20, "the first record")
    own.stop()
    own.start()
    pids, token = own.pids(), own.token()

    intake = Intake(own)
    until(lambda: len(intake.taken()) > 20, 20, "some intake")
    os.kill(pids["emulator"], signal.SIGKILL)
    until(lambda: own.pid("emulator") != pids["emulator"], COMES_BACK_WITHIN_S, "a new emulator")
    until(own.is_healthy, COMES_BACK_WITHIN_S, "health")
    again = len(intake.answers)
    until(lambda: len(intake.taken(again)) > 20, 20, "intake again")
    intake.stop()

    assert {response.status for response in intake.answers} <= {202, 503}
    refused = [response for response in intake.answers if response.status == 503]
    assert all(int(refusal.headers["retry-after"]) >= 1 for refusal in refused)
    assert intake.longest_s < LONGEST_ANSWER_S
    until_drained(own, "LogsQueueUrl")
    assert log_ids(own) >= {*kept, *intake.taken(again)}
    assert log_ids(own) <= {*kept, *intake.taken()}
    after = order(own, "after")
    until_notified(own, after, token)
    status, earlier = own.request("GET", f"/orders/{before}", Authorization=token)
    assert (status, earlier["status"]) == (200, "notified")
    assert {part: own.pid(part) for part in PARTS} == {part: pids[part] for part in PARTS}
