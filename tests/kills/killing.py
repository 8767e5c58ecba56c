"""The seeded kills: which part, when, and how long until another runs in its place."""

import os
import random
import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from tests.support.local_system import LocalSystem
from tests.support.waiting import until

PARTS = ("gateway", "events", "worker")
PAUSE_S = (0.2, 2.0)
BACK_WITHIN_S = 40  # the parent's pause grows to ten seconds when a part fails again and again


@dataclass(frozen=True)
class Kill:
    """One SIGKILL, and how many seconds later another process was there."""

    part: str
    at: datetime
    back_after_s: float

    def overlaps(self, first: datetime, last: datetime) -> bool:
        """Whether the part was killed, or was being replaced, in that span."""
        return self.at <= last and first <= self.at + timedelta(seconds=self.back_after_s)


def kill_parts(system: LocalSystem, *, seed: int, kills: int) -> list[Kill]:
    """Kill each part about as often, in an order and at times that `seed` decides."""
    dice = random.Random(seed)  # noqa: S311 a test's dice
    order = [PARTS[number % len(PARTS)] for number in range(kills)]
    dice.shuffle(order)
    found = []
    for part in order:
        time.sleep(dice.uniform(*PAUSE_S))
        found.append(kill(system, part))
    return found


def kill(system: LocalSystem, part: str) -> Kill:
    """SIGKILL the process of a part, and wait for the next one."""
    before = until(lambda: system.pid(part), BACK_WITHIN_S, f"a running {part}")
    at, began = datetime.now(UTC), time.monotonic()
    os.kill(before, signal.SIGKILL)
    until(lambda: system.pid(part) not in (0, before), BACK_WITHIN_S, f"another {part}")
    return Kill(part, at, time.monotonic() - began)
