"""Ticks by SIGUSR1 while something lasts, two at a time; and waiting for messages to be done."""

import os
import signal
import threading
import time
from collections.abc import Collection
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import Any, Self

from tests.kills.load import TRANSPORT
from tests.support.authors import Author
from tests.support.local_system import LocalSystem

PAUSE_S, OVERLAP_S = 2.0, 0.05
LOOK_AGAIN_S = 1.0
OPEN = frozenset({"scheduled", "queued", "sending"})


class Ticker:
    """Lets `publish_due` run again and again, in a thread, as long as its `with` lasts."""

    def __init__(self, system: LocalSystem) -> None:
        self._system = system
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._repeat, name="ticker")
        self.ticks = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _repeat(self) -> None:
        while not self._stop.wait(PAUSE_S):
            for _ in range(2):
                self._tick()
                self._stop.wait(OVERLAP_S)

    def _tick(self) -> None:
        pid = self._system.pid("events")
        if pid and _awaits_ticks(pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGUSR1)
                self.ticks += 1


def _awaits_ticks(pid: int) -> bool:
    """Whether the process blocks SIGUSR1 until it is asked for: one that just began dies of it.

    The thread that waits for the signal does not show it as blocked; the pollers' threads do.
    """
    try:
        texts = [file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/status")]
    except OSError:
        return False
    masks = [line.split()[1] for text in texts for line in text.splitlines() if "SigBlk:" in line]
    return any(int(mask, 16) >> (signal.SIGUSR1 - 1) & 1 for mask in masks)


def wait_until_done(author: Author, ids: Collection[str], within_s: float) -> list[dict[str, Any]]:
    """The messages as they are at their end, or at the deadline."""
    found: dict[str, dict[str, Any]] = {}
    left = set(ids)
    deadline = time.monotonic() + within_s
    while left and time.monotonic() < deadline:
        for message_id in sorted(left):
            if message := _find(author, message_id):
                found[message_id] = message
        left = {key for key in ids if key not in found or found[key]["status"] in OPEN}
        time.sleep(LOOK_AGAIN_S)
    return list(found.values())


def _find(author: Author, message_id: str) -> dict[str, Any] | None:
    """The message; None while the API cannot say, as right after a kill."""
    try:
        status, message = author.send("GET", f"/messages/{message_id}")
    except TRANSPORT:
        return None
    assert status in (HTTPStatus.OK, HTTPStatus.SERVICE_UNAVAILABLE), message
    return message if status == HTTPStatus.OK else None
