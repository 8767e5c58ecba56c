"""What a tenant asks of its records in sum, and what it is shown: histogram and facets; pure."""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.tenant_logs.search.queries import LogFilters, LogsRead
from chalicelib.times import Time

MAX_BUCKETS = 1000

Count = Annotated[int, Meta(ge=0)]


class HistogramQuery(LogFilters, frozen=True):
    """Which records to count, as LogFilters, and in how many parts of time at most.

    Without `since` it is the hour before `until`, without `until` it is now.
    """

    buckets: Annotated[int, Meta(ge=2, le=MAX_BUCKETS)] = 60


class LogSeverityCounts(msgspec.Struct, frozen=True):
    """How many records are of each severity."""

    TRACE: Count = 0
    DEBUG: Count = 0
    INFO: Count = 0
    WARN: Count = 0
    ERROR: Count = 0
    FATAL: Count = 0


class LogHistogramBucket(msgspec.Struct, frozen=True):
    """How many records happened from `at` on, for `interval_s`."""

    at: Time
    counts: LogSeverityCounts


class LogHistogram(msgspec.Struct, frozen=True, kw_only=True):
    """Records by time and severity: whole minutes, `since` <= ts < `until`.

    The first and the last bucket may begin before `since` and end after `until`. What is counted
    is at least what is stored. `approximate` says that it may be more: some records may have been
    counted twice, or have expired since. Where records had to be read, `scanned` says how many;
    then `complete` is false if there were too many, and `since` is later than it was asked for.
    The tenant's records are kept for `retention_days`.
    """

    since: Time
    until: Time
    interval_s: Annotated[int, Meta(ge=60, examples=[300])]
    buckets: list[LogHistogramBucket]
    total: Annotated[int, Meta(ge=0, examples=[5012])]
    complete: bool
    approximate: bool
    scanned: Count
    retention_days: Annotated[int, Meta(ge=1, examples=[30])]


class FacetQuery(LogFilters, frozen=True):
    """Which records to look at, as LogFilters, and how many values of a field to show.

    Without `since` it is the hour before `until`, without `until` it is now.
    """

    top: Annotated[int, Meta(ge=1, le=50)] = 10


class LogFacetValue(msgspec.Struct, frozen=True):
    """A value, and how many of the records have it."""

    value: str
    count: Annotated[int, Meta(ge=1)]


class LogFacet(msgspec.Struct, frozen=True, kw_only=True):
    """The most frequent values of a field, by the name of its filter.

    `records` have the field, with so many `distinct` values.
    """

    field: Annotated[str, Meta(examples=["severity", "source", "attr.host"])]
    records: Annotated[int, Meta(ge=1)]
    distinct: Annotated[int, Meta(ge=1)]
    values: list[LogFacetValue]


class LogFacets(msgspec.Struct, frozen=True, kw_only=True):
    """Severity, source and the most frequent attributes of the newest records of a range.

    It is a sample where `read` is not complete; then `since` is later than it was asked for.
    """

    since: Time
    until: Time
    facets: list[LogFacet]
    read: LogsRead
