"""Reports over the archive of searches."""

import time
from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib.analytics import model, table
from chalicelib.analytics.model import (
    ArchivedSearch,
    SearchesQuery,
    SearchReport,
    SearchReportFormat,
    SearchScope,
)
from chalicelib.analytics.reading import ArchiveReader, ReadLimits
from chalicelib.analytics.store import Archive
from chalicelib.analytics.tally import Tally
from chalicelib.web.accepting import prefers
from chalicelib.web.call import Call
from chalicelib.web.payload import CSV, JSON, Payload

LIMITS = ReadLimits()


@dataclass(frozen=True, slots=True)
class Analytics:
    """The use cases of analytics; `now` is the time of day, `clock` monotonic seconds."""

    archive: Archive
    now: Callable[[], datetime]
    _: KW_ONLY
    limits: ReadLimits = LIMITS
    clock: Callable[[], float] = time.monotonic

    def searches(self, query: SearchesQuery, call: Call) -> SearchReport | Payload:
        """Searches over time, found and missed, and who was searched for most; or a table of them.

        An operator gets those of everybody, anyone else their own.
        Raises InvalidInput for a bad range or interval, Unavailable when the archive cannot be
        read.
        """
        report = self.report(query, call)
        if query.format is None:
            return table.render(report) if prefers(call.accept, CSV, over=JSON) else report
        return table.render(report) if query.format is SearchReportFormat.CSV else report

    def report(self, query: SearchesQuery, call: Call) -> SearchReport:
        """The report; raises as `searches` does."""
        period, caller = model.period(query, self.now()), call.principal
        interval = model.choose_interval(query, period)
        by = None if caller.is_operator else caller.id

        def counts(event: ArchivedSearch) -> bool:
            return (
                by in (None, event.searched_by)
                and query.user in (None, event.user)
                and query.found in (None, event.found)
            )

        tally = Tally(period, interval, SearchScope.ALL if by is None else SearchScope.OWN, counts)
        reading = ArchiveReader(self.archive, period, self.limits, self.clock)
        return tally.report(reading.each(tally.add))
