"""Handles what is due beside messages: each by itself, in threads, while the tick has time."""

import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from chalicelib import observability
from chalicelib.publisher.due_store import DueEntry

_log = observability.logger(__name__)


class Handled(NamedTuple):
    """How many messages were made, and the last failure, if there was one."""

    made: int
    failure: Exception | None


def handle_all(
    pages: Iterable[list[DueEntry]],
    make: Callable[[str], bool],
    pool: ThreadPoolExecutor,
    has_time: Callable[[], bool],
    most: int = sys.maxsize,
) -> Handled:
    """Call `make` with each id, beginning none without time; the rest is due in a minute too.

    `make` says whether it made a message; `most` are made. What fails keeps back nothing else.
    """
    made, failure = 0, None
    for entries in pages:
        left = entries
        while left and made < most and has_time():
            first, left = left[: most - made], left[most - made :]
            now_made, failed = _handle(first, make, pool, has_time)
            made, failure = made + now_made, failed or failure
        if made >= most or not has_time():
            break
    return Handled(made, failure)


def _handle(
    entries: list[DueEntry],
    make: Callable[[str], bool],
    pool: ThreadPoolExecutor,
    has_time: Callable[[], bool],
) -> Handled:
    made, failure = 0, None
    begun = [
        (entry, pool.submit(lambda entry: has_time() and make(entry.message_id), entry))
        for entry in entries
    ]
    for entry, work in begun:
        try:
            made += work.result()
        except Exception as error:  # noqa: BLE001 whatever it is, the others are due too
            _log.exception("what is due failed", extra={"due_id": entry.message_id})
            failure = error
    return Handled(made, failure)
