"""Records by time and severity: from counts where they say enough, else from the records."""

from datetime import UTC, datetime, timedelta

import pytest
from support.calls import call_by
from support.failpoints import failpoint, server_error
from support.log_counts import count_keeper
from support.log_reading import log_histograms
from support.logs import record

from chalicelib import times
from chalicelib.aws.table import Table
from chalicelib.errors import Forbidden, InvalidInput, Unavailable
from chalicelib.tenant_logs.model import LogSeverity
from chalicelib.tenant_logs.search import scanning
from chalicelib.tenant_logs.search.summaries import HistogramQuery
from chalicelib.tenant_logs.storage.items import add_arrival, item

NOW = datetime(2026, 1, 31, 12, 0, 30, tzinfo=UTC)
ACME = call_by("u-1", tenant="acme")
OPERATOR = call_by("u-2", "operator")
IN_30_DAYS = int((NOW + timedelta(days=30)).timestamp())
ERROR, WARN, INFO = LogSeverity.ERROR, LogSeverity.WARN, LogSeverity.INFO


class Logs:
    """Records on moto, written and counted."""

    def __init__(self, cloud):
        self.client = cloud.client("dynamodb")
        self.table = Table(self.client, "MultiTenantLogs-test")
        self._keeper = count_keeper(cloud, lambda: NOW)
        self.begin = None

    def store(self, *records, repeated=False):
        new = add_arrival([item(kept) for kept in records], NOW)
        for stored in new:
            self.table.put(stored)
        assert self._keeper.begin(new, [repeated] * len(new)).end([]) == []

    def ask(self, by=ACME, **query):
        histograms = log_histograms(self.table, lambda: NOW, self.begin)
        return histograms.build(HistogramQuery(**query), by)


@pytest.fixture
def logs(aws):
    return Logs(aws)


def at(age, log_id="1", **more):
    return record(log_id, ts=times.text(NOW - age), **{"expires_at": IN_30_DAYS, **more})


def minutes(count):
    return timedelta(minutes=count)


def bars(histogram):
    """The buckets with records: when they begin, and their counts by severity."""
    found = {}
    for bucket in histogram.buckets:
        counts = {name: getattr(bucket.counts, name) for name in LogSeverity}
        if any(counts.values()):
            found[bucket.at[11:16]] = {str(name): n for name, n in counts.items() if n}
    return found


def test_records_are_counted_by_severity_in_buckets_of_time(logs):
    logs.store(at(minutes(50), "1"), at(minutes(50), "2", severity=ERROR), at(minutes(10), "3"))
    histogram = logs.ask(buckets=12)
    assert bars(histogram) == {"11:10": {"INFO": 1, "ERROR": 1}, "11:50": {"INFO": 1}}
    assert (histogram.interval_s, histogram.total, histogram.scanned) == (600, 3, 0)
    assert (histogram.complete, histogram.approximate) == (True, False)
    assert [bucket.at[11:16] for bucket in histogram.buckets] == [
        f"{hour}:{minute}0" for hour, minute in [(11, n) for n in range(6)] + [(12, 0)]
    ]


def test_no_record_is_read_for_time_and_severity(logs):
    logs.store(
        at(minutes(1)), at(minutes(2), "2", severity=WARN), at(minutes(2), "3", severity=ERROR)
    )
    with failpoint(logs.client, "Query") as point:
        assert logs.ask(severity=WARN).total == 2
    assert point.attempts == 1


def test_the_range_is_of_whole_minutes(logs):
    logs.store(*[at(timedelta(seconds=30 * n), str(n)) for n in range(8)])
    histogram = logs.ask(since="2m")
    assert (histogram.since, histogram.until) == ("2026-01-31T11:58:00Z", "2026-01-31T12:01:00Z")
    assert (histogram.total, histogram.interval_s) == (6, 60)
    exact = logs.ask(since="2026-01-31T11:59:00Z", until="2026-01-31T12:00:00Z")
    assert exact.total == 2


@pytest.mark.parametrize(
    ("since", "buckets", "interval_s", "count"),
    [
        ("1m", 2, 60, 2),
        ("1h", 60, 120, 31),
        ("1h", 61, 60, 61),
        ("1h", 2, 3600, 2),
        ("24h", 60, 1800, 49),
        ("31d", 60, 24 * 3600, 32),
        ("31d", 1000, 3600, 745),
        ("31d", 2, 32 * 24 * 3600, 2),
    ],
)
def test_buckets_begin_at_full_times_and_are_no_more_than_asked_for(
    logs, since, buckets, interval_s, count
):
    histogram = logs.ask(since=since, buckets=buckets)
    assert (histogram.interval_s, len(histogram.buckets)) == (interval_s, count)
    assert len(histogram.buckets) <= buckets
    first = times.parse(histogram.buckets[0].at, "at")
    assert first <= times.parse(histogram.since, "since")
    assert int(first.timestamp()) % interval_s == 0


@pytest.mark.thorough
@pytest.mark.parametrize("buckets", [2, 7, 60, 200, 1000])
@pytest.mark.parametrize(("since", "until"), [("50h", "3m"), ("7d", "45m"), ("2d", "1d")])
def test_however_it_is_cut_a_histogram_has_the_records_of_its_minutes(logs, since, until, buckets):
    """By counters of minutes, of ten and of hours, against the records themselves."""
    ages = [minutes(n) for n in (0, 1, 2, 4, 46, 59, 61, 119, 1439, 1441, 2879, 2881, 2999, 3001)]
    logs.store(*[at(age, f"{n}", severity=ERROR if n % 3 else INFO) for n, age in enumerate(ages)])
    from_counts = logs.ask(since=since, until=until, buckets=buckets)
    from_records = logs.ask(since=since, until=until, buckets=buckets, text="hello")
    assert (from_counts.scanned, from_records.complete) == (0, True)
    assert from_counts.buckets == from_records.buckets
    assert from_counts.total == from_records.total > 0


def test_a_late_record_is_in_the_minute_in_which_it_happened(logs):
    logs.store(at(minutes(1)))
    logs.store(at(timedelta(hours=5), "late", expires_at=IN_30_DAYS + 24 * 3600))
    hours = logs.ask(since="6h", buckets=10)
    assert bars(hours) == {"07:00": {"INFO": 1}, "11:00": {"INFO": 1}}


def test_what_may_be_counted_twice_is_approximate_and_only_in_its_hours(logs):
    logs.store(at(minutes(1), "1"))
    logs.store(at(timedelta(hours=3), "2"), repeated=True)
    assert logs.ask(since="1h").approximate is False
    assert logs.ask(since="6h").approximate is True


def test_any_other_filter_reads_the_records(logs):
    logs.store(
        at(minutes(1), "1", text="Needle", severity=ERROR),
        at(minutes(2), "2", text="hay", source="web"),
        at(minutes(2), "3", text="needle", attrs={"host": {"name": "a"}}),
    )

    def totals(**query):
        histogram = logs.ask(**query)
        return histogram.total, histogram.scanned, histogram.complete, histogram.approximate

    assert totals(text="NEEDLE") == (2, 3, True, False)
    assert totals(text="needle", severity=WARN) == (1, 3, True, False)
    assert totals(source="web") == (1, 3, True, False)
    assert totals(attr={"host.name": "a"}) == (1, 3, True, False)
    assert totals(not_attr={"host.name": "a"}) == (2, 3, True, False)
    assert totals(log_id="1", since="90s") == (1, 1, True, False)
    assert totals(text="needle", until="90s", since="1h") == (1, 2, True, False)


def test_a_bounded_reading_says_what_it_did_not_reach(logs, monkeypatch):
    monkeypatch.setattr(scanning, "AT_ONCE", 2)
    logs.store(*[at(minutes(n), f"{n:02}") for n in range(40)])
    histogram = logs.ask(text="hello", buckets=100)
    assert (histogram.complete, histogram.scanned, histogram.total) == (False, 22, 22)
    assert histogram.since == "2026-01-31T11:39:30Z"
    assert histogram.buckets[0].at == "2026-01-31T11:39:00Z"
    assert sum(bucket.counts.INFO for bucket in histogram.buckets) == 22


def test_what_came_before_counting_began_is_read(logs):
    """The local system takes over what a version stored that did not count."""
    (old,) = add_arrival([item(at(minutes(50), "old"))], NOW)
    logs.table.put(old)
    logs.begin = NOW - minutes(20)
    logs.store(at(minutes(1), "new"))
    histogram = logs.ask()
    assert (histogram.total, histogram.scanned, histogram.complete) == (2, 2, True)
    histogram = logs.ask(since="10m")
    assert (histogram.total, histogram.scanned) == (1, 0)


def test_counts_are_of_the_callers_tenant_alone(logs):
    logs.store(at(minutes(1), "1"), at(minutes(1), "2", tenant_id="beta"))
    assert logs.ask().total == 1
    assert logs.ask(by=call_by("u-3", tenant="gamma")).total == 0
    for query in ({}, {"text": "hello"}):
        with pytest.raises(Forbidden):
            logs.ask(tenant_id="beta", **query)
        with pytest.raises(Forbidden):
            logs.ask(by=call_by("u-4"), **query)
        assert logs.ask(by=OPERATOR, tenant_id="beta", **query).total == 1


@pytest.mark.parametrize(
    "query",
    [
        {"since": "0s"},
        {"since": "32d"},
        {"since": "yesterday"},
        {"until": "0001-01-01T00:00:00Z"},
        {"until": "9999-12-31T23:59:59.9Z"},
        {"since": "0001-01-01T00:00:00Z", "until": "0001-01-31T00:00:00Z", "buckets": 2},
        {"log_id": "a b", "text": "x"},
    ],
)
def test_a_bad_query_is_refused(logs, query):
    with pytest.raises(InvalidInput):
        logs.ask(**query)


def test_a_broken_database_is_unavailable_and_no_empty_histogram(logs, pauses):
    with failpoint(logs.client, "Query", *[server_error] * 3), pytest.raises(Unavailable):
        logs.ask()
