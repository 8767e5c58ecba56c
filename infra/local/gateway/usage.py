"""The usage plan: for each API key a token bucket and a daily quota (UTC)."""

import hmac
import threading
import time
from collections.abc import Callable, Collection

from chalicelib.errors import Forbidden, TooManyRequests
from infra.declared.kinds import UsagePlan

DAY_S = 24 * 60 * 60


class Usage:
    """Counts the requests of each key. Counts are kept in memory and lost at a restart.

    `setting` is the variable that holds the quota.
    """

    def __init__(
        self,
        keys: Collection[str],
        plan: UsagePlan,
        clock: Callable[[], float] = time.time,
        *,
        setting: str = "quota_per_day",
    ) -> None:
        self._meters = [(key.encode(), _Meter(plan, clock, setting)) for key in keys]

    def take(self, key: str | None) -> None:
        """Count one request of `key`.

        Raises Forbidden for a key that is missing or unknown, TooManyRequests beyond the plan.
        """
        given = (key or "").encode()
        # All keys are compared, in constant time, so that timing reveals nothing.
        matching = [meter for known, meter in self._meters if hmac.compare_digest(known, given)]
        if not matching:
            raise Forbidden("a valid API key is needed: send X-Api-Key")
        matching[0].take()


class _Meter:
    """One key's bucket and quota. Throttled requests do not count against the quota."""

    def __init__(self, plan: UsagePlan, clock: Callable[[], float], setting: str) -> None:
        self._plan = plan
        self._setting = setting
        self._clock = clock
        self._lock = threading.Lock()
        self._tokens = float(plan.burst_limit)
        self._filled_at = clock()
        self._day = -1
        self._used = 0

    def take(self) -> None:
        with self._lock:
            epoch_s = self._clock()
            self._refill(epoch_s)
            if self._tokens < 1:
                raise TooManyRequests("too many requests a second", retry_after_s=1)
            self._tokens -= 1
            self._count(epoch_s)

    def _refill(self, epoch_s: float) -> None:
        earned = max(0.0, epoch_s - self._filled_at) * self._plan.rate_limit
        self._tokens = min(float(self._plan.burst_limit), self._tokens + earned)
        self._filled_at = epoch_s

    def _count(self, epoch_s: float) -> None:
        day, into_day_s = divmod(epoch_s, DAY_S)
        if day != self._day:
            self._day, self._used = int(day), 0
        if self._used >= self._plan.quota_per_day:
            wait_s = int(DAY_S - into_day_s) + 1
            quota = f"{self._plan.quota_per_day} requests a day ({self._setting})"
            raise TooManyRequests(f"the key's quota of {quota} is used up", retry_after_s=wait_s)
        self._used += 1
