"""Counts what comes to the workloads, for `Activity`, without a write for each of them."""

import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from chalicelib import observability, times
from chalicelib.aws.activity import Activity, Series, Workload
from chalicelib.aws.failures import AWS_ERRORS, reason
from chalicelib.aws.own_counts import InBackground
from chalicelib.ids import is_id

EVERY_S = 1.0

_Pending = Counter[tuple[Series, datetime]]  # by series and minute

_log = observability.logger(__name__)


class ActivityCounts:
    """Counts in memory, and writes at most every `every_s` seconds.

    Who counts first writes, so that nothing waits while little comes. What comes before the time
    is over is written by the next one after it, or in the background, which on Lambda runs while
    a later request does. So the counts are approximate: a process that is killed takes what it had
    not written along, and a write that was not confirmed is not repeated.
    """

    def __init__(  # noqa: PLR0913 its clocks are a test's to set
        self,
        activity: Callable[[], Activity],
        *,
        in_background: InBackground,
        every_s: float = EVERY_S,
        now: Callable[[], datetime] = times.now,
        clock: Callable[[], float] = time.monotonic,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._activity = activity
        self._in_background = in_background
        self._every_s = every_s
        self._now = now
        self._clock = clock
        self._pause = pause
        self._lock = threading.Lock()
        self._pending: _Pending = Counter()
        self._written_at: float | None = None
        self._is_waiting = False

    def count(self, workload: Workload, owner: str | None, amount: int = 1) -> None:
        """Count for everybody, and for the owner where there is one; never fails."""
        minute = self._now().replace(second=0, microsecond=0)
        # What cannot be an id, such as an odd `sub`, has no partition.
        owners = [None, owner] if is_id(owner) else [None]
        with self._lock:
            for whose in owners:
                self._pending[Series(workload, whose), minute] += amount
            is_due = self._is_due()
            starts = not is_due and not self._is_waiting
            self._is_waiting = self._is_waiting or starts
        if is_due:
            self.write()
        elif starts:
            self._in_background(self._write_later, self.write)

    def write(self) -> bool:
        """Write what is pending; what fails is logged and given up. Whether all was written."""
        with self._lock:
            pending, self._pending = self._pending, Counter()
            self._written_at = self._clock()
        # After the first failure the others would only wait for the same.
        return all(self._add(*place, amount) for place, amount in pending.items())

    def _write_later(self) -> None:
        self._pause(self._every_s)
        with self._lock:
            self._is_waiting = False
        self.write()

    def _is_due(self) -> bool:
        if self._written_at is None:
            return True
        return self._clock() - self._written_at >= self._every_s

    def _add(self, series: Series, minute: datetime, amount: int) -> bool:
        try:
            self._activity().add(series, minute, amount)
        except AWS_ERRORS as error:  # a missing table or right too
            fields = {"workload": series.workload, "amount": amount, "cause": reason(error)}
            _log.warning("counts were not confirmed", extra=fields)
            return False
        return True
