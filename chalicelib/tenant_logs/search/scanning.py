"""Reads records part by part, until there are enough or enough was read for one response."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from chalicelib.tenant_logs.search.log_reader import LogReader, Part, Wanted
from chalicelib.tenant_logs.search.place import Key

MAX_CALLS = 11  # an export of 10,000 small records and one more: it bounds the cost
AT_ONCE = 1000  # items read a call, of which a filter leaves some; others wait for it on a laptop
MAX_S = 8.0  # no call begins later: one more must end within API Gateway's 29 s


def read_most() -> int:
    """As many items at once as may be."""
    return AT_ONCE


@dataclass(frozen=True, slots=True)
class LogScan:
    """Reads within the bounds of one response; `clock` gives monotonic seconds."""

    reader: LogReader
    clock: Callable[[], float] = time.monotonic

    def parts(
        self,
        wanted: Wanted,
        after: Key | None = None,
        count_items: Callable[[], int] = read_most,
        max_calls: int = MAX_CALLS,
    ) -> Iterator[Part]:
        """What is wanted behind a key, `count_items()` items a part; the last one may have a key.

        Raises Unavailable.
        """
        until_s = self.clock() + MAX_S
        for call in range(max_calls):
            if call and self.clock() >= until_s:
                return
            part = self.reader.part(wanted, at_most=count_items(), after=after)
            yield part
            after = part.last_key
            if after is None:
                return
