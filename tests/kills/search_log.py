"""What the gateway's log says of search events that the queue did not confirm."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

LOST = "a search event was lost"
UNKNOWN = "whether a search event was queued is unknown"
UNCONFIRMED = "a count is not confirmed yet"
CONFIRMED = "all counts are confirmed"
COUNTED_WITHIN = timedelta(seconds=1)  # a request counts at once, and waits 250 ms for it
DEAD_WITHIN = timedelta(seconds=0.1)  # the next gateway logs nothing so soon

_Line = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SearchLog:
    """The request ids of events that are logged as lost, and as unknown.

    `uncounted` bounds the counts that went with killed gateways: OmniState had not confirmed them
    (`chalicelib/aws/own_counts.py`).
    """

    lost: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    uncounted: int = 0


def read_log(path: Path, killed_at: Collection[datetime]) -> SearchLog:
    """Read a gateway's log; `killed_at` is when its processes were killed."""
    lines = list(_lines(path))
    return SearchLog(
        lost=_request_ids(lines, LOST),
        unknown=_request_ids(lines, UNKNOWN),
        uncounted=_bound_uncounted(lines, sorted(killed_at)),
    )


def _lines(path: Path) -> Iterator[_Line]:
    for text in path.read_text().splitlines():
        try:
            line = json.loads(text)
        except ValueError:  # Python's own output, or a line that a kill cut off
            continue
        if isinstance(line, dict) and "at" in line:
            yield line


def _request_ids(lines: Sequence[_Line], message: str) -> frozenset[str]:
    return frozenset(str(line["request_id"]) for line in lines if line["message"] == message)


def _bound_uncounted(lines: Sequence[_Line], killed_at: Sequence[datetime]) -> int:
    """What the killed processes had logged and not yet counted."""
    bound, start = 0, 0
    for kill_at in killed_at:
        end = sum(_at(line) <= kill_at + DEAD_WITHIN for line in lines)
        bound += _count_unconfirmed(lines[start:end], kill_at)
        start = end
    return bound


def _count_unconfirmed(lines: Sequence[_Line], kill_at: datetime) -> int:
    """How many counts one process still held when it was killed.

    Searches come one by one: until a write fails only the newest can be unconfirmed, from then on
    all are until the retries end.
    """
    held, held_at, is_retrying = 0, kill_at, False
    for line in lines:
        if line["message"] in (LOST, UNKNOWN):
            held, held_at = (held + 1 if is_retrying else 1), _at(line)
        elif line["message"] == UNCONFIRMED:
            is_retrying = True
        elif line["message"] == CONFIRMED:
            held, is_retrying = 0, False
    return held if is_retrying or kill_at - held_at <= COUNTED_WITHIN else 0


def _at(line: _Line) -> datetime:
    return datetime.fromisoformat(str(line["at"]))
