"""Writes many things by themselves, a few at the same time, as long as there is time."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

from chalicelib.errors import Unavailable

AT_ONCE = 8
# No write begins after so long: API Gateway gives up at 29 s, and one may take five.
TIME_S = 15.0

Thing = TypeVar("Thing")
Outcome = TypeVar("Outcome")


class TimeUp(Unavailable):
    """The time was up before all was written; the same request again goes on."""

    is_fault = False


@dataclass(frozen=True, slots=True)
class Waves:
    """`clock` gives monotonic seconds."""

    clock: Callable[[], float] = time.monotonic

    def write(
        self,
        things: Sequence[Thing],
        write: Callable[[Thing], Outcome],
        *,
        waits_s: float = 0.0,
    ) -> Iterator[Outcome]:
        """What became of each, in their order; in waves, so that trouble ends it soon.

        `waits_s` is how long one may wait for another service, which is part of the time.
        Raises TimeUp before a wave for which there is no time, and what `write` raises.
        """
        until_s = self.clock() + TIME_S - waits_s
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for start in range(0, len(things), AT_ONCE):
                if self.clock() >= until_s:
                    message = f"{start} of {len(things)} are done; send it again to go on"
                    raise TimeUp(message)
                yield from list(pool.map(write, things[start : start + AT_ONCE]))


WAVES = Waves()
