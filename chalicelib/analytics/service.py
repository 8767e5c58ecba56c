"""Reports over the archive of searches."""

import time
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib.analytics import model
from chalicelib.analytics.model import SearchesQuery, SearchReport
from chalicelib.analytics.reading import ArchiveReader, ReadLimits
from chalicelib.analytics.store import Archive
from chalicelib.analytics.tally import Tally
from chalicelib.web.call import Call

LIMITS = ReadLimits()


@dataclass(frozen=True, slots=True)
class Analytics:
    """The use cases of analytics; `now` is the time of day, `clock` monotonic seconds."""

    archive: Archive
    now: Callable[[], datetime]
    _: KW_ONLY
    limits: ReadLimits = LIMITS
    clock: Callable[[], float] = time.monotonic

    def searches(self, query: SearchesQuery, call: Call) -> SearchReport:
        """Searches over time, found and missed, and who was searched for most.

        An operator gets those of everybody, anyone else their own.
        Raises InvalidInput for a bad range, Unavailable when the archive cannot be read.
        """
        period = model.period(query, self.now())
        caller = call.principal
        tally = Tally(period, by=None if caller.is_operator else caller.id)
        reading = ArchiveReader(self.archive, period, self.limits, self.clock)
        return tally.report(reading.each(tally.add))
