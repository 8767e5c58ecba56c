"""A tenant's records by time and severity: counted while they were stored, or read within bounds.

What only time and severity choose is in the counts. Anything else takes a look at the records.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from typing import NamedTuple

from chalicelib import times
from chalicelib.tenant_logs.counts.model import Grain
from chalicelib.tenant_logs.counts.store import CountStore
from chalicelib.tenant_logs.model import LogSeverity
from chalicelib.tenant_logs.search.log_reader import Wanted
from chalicelib.tenant_logs.search.periods import (
    MINUTE_S,
    LogPeriod,
    choose_interval_s,
    read_period,
    to_time,
    widen_to_minutes,
)
from chalicelib.tenant_logs.search.sampling import read_sample
from chalicelib.tenant_logs.search.scanning import LogScan
from chalicelib.tenant_logs.search.summaries import (
    HistogramQuery,
    LogHistogram,
    LogHistogramBucket,
    LogSeverityCounts,
)
from chalicelib.tenant_logs.search.tenant_access import TenantAccess
from chalicelib.tenant_logs.tenants.model import TenantSettings
from chalicelib.web.call import Call

Counts = Mapping[tuple[int, LogSeverity], int]


class _Counted(NamedTuple):
    """How many records of a range there are by minute and severity, and how well that is known."""

    period: LogPeriod
    counts: Counts
    is_exact: bool = True
    is_complete: bool = True
    scanned: int = 0


@dataclass(frozen=True, slots=True)
class LogHistograms:
    """Makes histograms; `get_begin` gives the time since which what happens is counted.

    `settings` gives those of a tenant.
    """

    counts: CountStore
    scan: LogScan
    access: TenantAccess
    _: KW_ONLY
    get_begin: Callable[[], datetime | None]
    settings: Callable[[str], TenantSettings]
    now: Callable[[], datetime]

    def build(self, query: HistogramQuery, call: Call) -> LogHistogram:
        """The histogram of the tenant that the caller may read.

        Raises what `LogSearch.page` raises.
        """
        period = widen_to_minutes(read_period(query, self.now()))
        interval_s = choose_interval_s(period, query.buckets)
        tenant_id = self.access.open(query, call)
        if query.needs_records or not self._is_counted(period):
            counted = self._count_records(query, tenant_id, period)
        else:
            counted = self._add_counts(query, tenant_id, period, interval_s)
        return LogHistogram(
            since=times.text(counted.period.since),
            until=times.text(counted.period.until),
            interval_s=interval_s,
            buckets=_fill(counted, interval_s),
            total=sum(counted.counts.values()),
            complete=counted.is_complete,
            approximate=not counted.is_exact,
            scanned=counted.scanned,
            retention_days=self.settings(tenant_id).retention_days,
        )

    def _is_counted(self, period: LogPeriod) -> bool:
        """Whether all records of a range were counted when they were stored."""
        begin = self.get_begin()
        return begin is None or begin <= period.since

    def _add_counts(
        self, query: HistogramQuery, tenant_id: str, period: LogPeriod, interval_s: int
    ) -> _Counted:
        wanted = set(LogSeverity) if query.severity is None else set(query.severity.at_least)
        grain = next(grain for grain in Grain if interval_s % grain.unit_s == 0)
        since_s, until_s = period.in_seconds
        counts: Counter[tuple[int, LogSeverity]] = Counter()
        is_exact = True
        for hour in self.counts.read(tenant_id, since_s, until_s, grain):
            within = {
                (at_s, severity): count
                for (at_s, severity), count in hour.counts.items()
                if since_s <= at_s < until_s and severity in wanted
            }
            counts.update(within)
            is_exact = is_exact and (hour.is_exact or not within)
        return _Counted(period, counts, is_exact)

    def _count_records(self, query: HistogramQuery, tenant_id: str, period: LogPeriod) -> _Counted:
        wanted = Wanted.of(query, tenant_id, period.position, self.now())
        sample = read_sample(self.scan, wanted, period)
        counts = Counter(
            (_minute_of(times.parse(entry.ts, "ts")), entry.severity) for entry in sample.entries
        )
        read = sample.read
        return _Counted(sample.period, counts, is_complete=read.complete, scanned=read.scanned)


def _minute_of(at: datetime) -> int:
    return int(at.timestamp() // MINUTE_S) * MINUTE_S


def _fill(counted: _Counted, interval_s: int) -> list[LogHistogramBucket]:
    """Every bucket of the range that was counted, also those without records."""
    since_s, until_s = (int(at.timestamp()) for at in counted.period)
    found: dict[int, Counter[str]] = {
        number: Counter() for number in range(since_s // interval_s, -(-until_s // interval_s))
    }
    for (at_s, severity), count in counted.counts.items():
        found[at_s // interval_s][severity] += count
    return [
        LogHistogramBucket(times.text(to_time(number * interval_s)), LogSeverityCounts(**counts))
        for number, counts in found.items()
    ]
