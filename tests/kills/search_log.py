"""What the gateway's log says of search events that the queue did not confirm."""

import json
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

LOST = "a search event was lost"
UNKNOWN = "whether a search event was queued is unknown"
UNCONFIRMED = "a count is not confirmed yet"


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
    lines = sorted(_lines(path), key=lambda line: str(line["at"]))
    return SearchLog(
        lost=_request_ids(lines, LOST),
        unknown=_request_ids(lines, UNKNOWN),
        uncounted=_bound_uncounted(lines, sorted(killed_at)),
    )


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for text in path.read_text().splitlines():
        try:
            line = json.loads(text)
        except ValueError:  # Python's own output, or a line that a kill cut off
            continue
        if isinstance(line, dict) and "at" in line:
            yield line


def _request_ids(lines: Sequence[dict[str, Any]], message: str) -> frozenset[str]:
    return frozenset(str(line["request_id"]) for line in lines if line["message"] == message)


def _bound_uncounted(lines: Sequence[dict[str, Any]], killed_at: Sequence[datetime]) -> int:
    """All that the killed processes logged which had ever an unconfirmed count."""
    bound, start = 0, 0
    times = [datetime.fromisoformat(str(line["at"])) for line in lines]
    for kill_at in killed_at:
        end = sum(at <= kill_at for at in times)
        messages = [line["message"] for line in lines[start:end]]
        if UNCONFIRMED in messages:
            bound += messages.count(LOST) + messages.count(UNKNOWN)
        start = end
    return bound
