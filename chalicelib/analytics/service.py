"""Reports over the archive of searches."""

import time
from collections.abc import Callable
from datetime import datetime

from chalicelib.analytics import model
from chalicelib.analytics.model import SearchesQuery, SearchReport
from chalicelib.analytics.reading import Limits, Reading
from chalicelib.analytics.store import Archive
from chalicelib.analytics.tally import Tally

LIMITS = Limits()


class Analytics:
    """The use cases of analytics; `now` is the time of day, `clock` monotonic seconds."""

    def __init__(
        self,
        archive: Archive,
        now: Callable[[], datetime],
        *,
        limits: Limits = LIMITS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._archive = archive
        self._now = now
        self._limits = limits
        self._clock = clock

    def searches(self, query: SearchesQuery) -> SearchReport:
        """Searches over time, found and missed, and who was searched for most.

        Raises InvalidInput for a bad range, Unavailable when the archive cannot be read.
        """
        period = model.period(query, self._now())
        tally = Tally(period)
        reading = Reading(self._archive, period, self._limits, self._clock)
        return tally.report(reading.each(tally.add))
