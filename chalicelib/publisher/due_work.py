"""Handles what is due beside messages: each by itself, in threads, while the tick has time."""

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
) -> Handled:
    """Call `make` with each id, beginning none without time; the rest is due in a minute too.

    `make` says whether it made a message. What fails keeps back nothing else.
    """
    made, failure = 0, None
    for entries in pages:
        ids_due = [entry.message_id for entry in entries]
        begun = [
            (id_due, pool.submit(lambda id_due: has_time() and make(id_due), id_due))
            for id_due in ids_due
        ]
        for id_due, work in begun:
            try:
                made += work.result()
            except Exception as error:  # noqa: BLE001 whatever it is, the others are due too
                _log.exception("what is due failed", extra={"due_id": id_due})
                failure = error
        if not has_time():
            break
    return Handled(made, failure)
