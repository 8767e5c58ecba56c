"""The requests that failed on our side in the last week, in `OmniState`, for operators.

Each is two small items: `FAILED_REQUEST` by time, and `FAILED_REQUEST#<request id>` by its id.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec

from chalicelib import observability, times
from chalicelib.aws.attributes import Item
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.own_counts import PAUSES_S, InBackground
from chalicelib.aws.table import Condition, Table
from chalicelib.failed_request import FailedRequest
from chalicelib.ids import is_id, join_key

KEPT_S = 7 * 24 * 3600
MOST = 12  # that wait to be written: their items are one call
EVERY_S = 1.0
_KIND = "FAILED_REQUEST"

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class FailedRequests:
    """Reads them; `table` is `OmniState`."""

    table: Table

    def list_newest(self, since: datetime, limit: int) -> list[FailedRequest]:
        """The newest ones since a time, the newest first."""
        span = Condition(
            "pk = :pk AND sk >= :since", values={":pk": _KIND, ":since": times.sortable_text(since)}
        )
        found = self.table.query_page(span, limit=limit, forward=False).items
        return msgspec.convert(found, list[FailedRequest], strict=False)

    def find(self, request_id: str) -> FailedRequest | None:
        """The one of that id; None if there is none, or it is older than a week."""
        item = self.table.get({"pk": join_key(_KIND, request_id), "sk": _KIND})
        if item is None or item["expires_at"] <= time.time():
            return None
        return msgspec.convert(item, FailedRequest, strict=False)


class FailureNotes:
    """Writes them, at most once every `every_s` seconds; never fails.

    Who fails first writes, by a client that gives up soon. What comes before the time is over, or
    could not be written, waits for a thread, which on Lambda runs while a later request does; of
    more than MOST that wait the oldest are counted alone.
    """

    def __init__(
        self,
        bulk: Bulk,
        *,
        in_background: InBackground,
        every_s: float = EVERY_S,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._bulk = bulk
        self._in_background = in_background
        self._every_s = every_s
        self._clock = clock
        self._pause = pause
        self._lock = threading.Lock()
        self._pending: list[FailedRequest] = []
        self._written_at: float | None = None
        self._is_waiting = False

    def note(self, failed: FailedRequest) -> None:
        """Keep one; while the table cannot be written only the first caller waits for it."""
        with self._lock:
            self._pending = _limit([*self._pending, failed])
            if self._is_waiting:
                return
            is_due = self._written_at is None or self._clock() - self._written_at >= self._every_s
            self._is_waiting = not is_due
            self._written_at = self._clock() if is_due else self._written_at
        if is_due:
            if self.write():
                return
            with self._lock:
                begins, self._is_waiting = not self._is_waiting, True
            if not begins:
                return
        self._in_background(self._write_later, self.write)

    def write(self) -> bool:
        """Write what waits; whether all is written."""
        with self._lock:
            pending = self._pending
            self._written_at = self._clock()
        if not pending:
            return True
        try:
            left = self._bulk.put_all(_make_items(pending))
        except AWS_ERRORS as error:  # a missing table or right too
            _log.warning("failed requests were not kept", extra={"cause": reason(error)})
            return False
        if not left:
            with self._lock:
                self._pending = [failed for failed in self._pending if failed not in pending]
        return not left

    def _write_later(self) -> None:
        """Write until nothing waits."""
        attempt = 0
        while True:
            self._pause(PAUSES_S[min(attempt, len(PAUSES_S) - 1)])
            attempt += 1
            if self.write():
                with self._lock:
                    self._is_waiting = bool(self._pending)
                    if not self._is_waiting:
                        return


def _limit(waiting: list[FailedRequest]) -> list[FailedRequest]:
    """At most MOST: the newest, the oldest of which counts those that are left out."""
    left_out, kept = waiting[:-MOST], waiting[-MOST:]
    if left_out:
        others = kept[0].others + sum(1 + failed.others for failed in left_out)
        kept[0] = msgspec.structs.replace(kept[0], others=others)
    return kept


def _make_items(failures: Sequence[FailedRequest]) -> list[Item]:
    return [item for failed in failures for item in _make_pair(failed)]


def _make_pair(failed: FailedRequest) -> list[Item]:
    facts = {**msgspec.structs.asdict(failed), "expires_at": int(time.time()) + KEPT_S}
    by_time = {"pk": _KIND, "sk": f"{failed.at}#{failed.request_id}", **facts}
    if not is_id(failed.request_id):
        return [by_time]
    return [by_time, {"pk": join_key(_KIND, failed.request_id), "sk": _KIND, **facts}]
