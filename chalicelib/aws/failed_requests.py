"""The requests that failed on our side in the last week, in `OmniState`, for operators.

Each is two small items: `FAILED_REQUEST` by time, and `FAILED_REQUEST#<request id>` by its id.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from datetime import datetime

import msgspec

from chalicelib import times
from chalicelib.aws.attributes import Item
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.table import Condition, Table
from chalicelib.failed_request import FailedRequest
from chalicelib.ids import join_key

KEPT_S = 7 * 24 * 3600
MOST = 12  # that wait to be written: their items are one call
EVERY_S = 1.0
_KIND = "FAILED_REQUEST"


class FailedRequests:
    """Keeps and reads them. `bulk` writes to `table`, by a client that gives up soon.

    What comes within `every_s` seconds of a write, or could not be written, waits for the next one
    that fails, and is read from here meanwhile; of more than MOST the oldest are counted alone.
    """

    def __init__(
        self,
        table: Table,
        bulk: Bulk,
        every_s: float = EVERY_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._table = table
        self._bulk = bulk
        self._every_s = every_s
        self._clock = clock
        self._lock = threading.Lock()
        self._waiting: deque[FailedRequest] = deque(maxlen=MOST)
        self._others = 0
        self._next_at = 0.0

    def list_newest(self, since: datetime, limit: int) -> list[FailedRequest]:
        """The newest ones since a time, the newest first."""
        values = {":pk": _KIND, ":since": times.sortable_text(since)}
        span = Condition("pk = :pk AND sk >= :since", values=values)
        items = self._table.query_page(span, limit=limit, forward=False).items
        found = [*self._list_waiting(), *msgspec.convert(items, list[FailedRequest])]
        by_id = {failed.request_id: failed for failed in found if failed.at >= values[":since"]}
        return sorted(by_id.values(), key=lambda failed: failed.at, reverse=True)[:limit]

    def find(self, request_id: str) -> FailedRequest | None:
        """The one of that id; None if there is none, or it is older than a week."""
        for waiting in self._list_waiting():
            if waiting.request_id == request_id:
                return waiting
        item = self._table.get({"pk": join_key(_KIND, request_id), "sk": _KIND})
        is_alive = item is not None and item["expires_at"] > time.time()
        return msgspec.convert(item, FailedRequest) if is_alive else None

    def note(self, failed: FailedRequest) -> None:
        """Keep one. Raises what DynamoDB does; what waits is not lost by that."""
        with self._lock:
            self._others += len(self._waiting) == MOST
            self._waiting.append(msgspec.structs.replace(failed, others=self._others))
            if self._clock() < self._next_at:
                return
            self._next_at = self._clock() + self._every_s
            waiting = [*self._waiting]
        if not self._bulk.put_all([item for one in waiting for item in _make_pair(one)]):
            with self._lock:
                self._waiting = deque((one for one in self._waiting if one not in waiting), MOST)

    def _list_waiting(self) -> list[FailedRequest]:
        with self._lock:
            return [*self._waiting]


def _make_pair(failed: FailedRequest) -> list[Item]:
    facts = {**msgspec.structs.asdict(failed), "expires_at": int(time.time()) + KEPT_S}
    by_id = join_key(_KIND, failed.request_id)
    return [
        {"pk": _KIND, "sk": f"{failed.at}#{failed.request_id}", **facts},
        {"pk": by_id, "sk": _KIND, **facts},
    ]
