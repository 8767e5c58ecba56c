"""How many records happened when: counted with their writing, never too few."""

from datetime import UTC, datetime, timedelta

import pytest
from support.clouds import RESOURCES
from support.failpoints import (
    access_denied,
    always,
    failpoint,
    failpoints,
    lost_response,
    timed_out,
)
from support.log_counts import count_keeper, count_store, stored_counts
from support.logs import record

from chalicelib import times
from chalicelib.aws.bulk import Bulk
from chalicelib.aws.table import Table
from chalicelib.tenant_logs.counts.model import Grain
from chalicelib.tenant_logs.counts.store import CountStore
from chalicelib.tenant_logs.model import LogSeverity
from chalicelib.tenant_logs.storage.items import add_arrival
from chalicelib.tenant_logs.storage.markers import Markers
from chalicelib.tenant_logs.storage.writer import LogWriter, WriteResult

NOW = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
LOGS = next(table.name for table in RESOURCES.tables if table.output == "LogsTable")
STATE = next(table.name for table in RESOURCES.tables if table.output == "StateTable")
IN_30_DAYS = int((NOW + timedelta(days=30)).timestamp())
MARCH_2 = "2026-01-31T09#2026-03-02"
STORED, DUPLICATE, FAILED = WriteResult.STORED, WriteResult.DUPLICATE, WriteResult.FAILED


class Writing:
    """A writer on the emulator, and what it counted."""

    def __init__(self, cloud):
        self.client = cloud.client("dynamodb")
        logs = Bulk(
            self.client,
            LOGS,
            ("tenant_id", "sk"),
            pause=lambda _: None,
            stamp=lambda items: add_arrival(items, NOW),
        )
        markers = Markers(
            Bulk(self.client, STATE, ("pk", "sk")), Table(self.client, STATE), now=lambda: NOW
        )
        keeper = count_keeper(cloud, lambda: NOW)
        self._writer = LogWriter(logs, markers, keeper, now=lambda: NOW)
        self._cloud = cloud

    def write(self, *records, repeated=()):
        return self._writer.write(records, repeated)

    def counts(self, tenant_id="acme"):
        return stored_counts(self._cloud, tenant_id)

    @property
    def store(self):
        return count_store(self._cloud, lambda: NOW)

    def read(self, since=NOW - timedelta(hours=1), until=NOW + timedelta(hours=1), now=NOW):
        store = count_store(self._cloud, lambda: now)
        return list(store.read("acme", int(since.timestamp()), int(until.timestamp())))


@pytest.fixture
def writing(on_emulator, pauses):
    return Writing(on_emulator)


def at(ts, log_id="1", **more):
    return record(log_id, ts=ts, **{"expires_at": IN_30_DAYS, **more})


def test_records_count_for_the_minute_in_which_they_happened(writing):
    writing.write(
        at("2026-01-31T09:07:00Z", "1"),
        at("2026-01-31T09:07:59.999999Z", "2"),
        at("2026-01-31T09:07:30Z", "3", severity=LogSeverity.ERROR),
        at("2026-01-31T09:30:00Z", "4"),
        at("2026-01-31T08:59:59Z", "5"),
        at("2026-01-31T09:07:00Z", "6", tenant_id="beta"),
    )
    assert writing.counts() == {
        "2026-01-31T08#2026-03-02": {"59I": 1},
        MARCH_2: {"07I": 2, "07E": 1, "30I": 1},
    }
    assert writing.counts("beta") == {MARCH_2: {"07I": 1}}


def test_a_late_record_counts_for_the_past_beside_what_expires_sooner(writing):
    writing.write(at("2026-01-31T09:07:00Z", "1"))
    later = at("2026-01-31T09:07:00Z", "2", expires_at=IN_30_DAYS + 24 * 3600)
    writing.write(later)
    assert writing.counts() == {MARCH_2: {"07I": 1}, "2026-01-31T09#2026-03-03": {"07I": 1}}
    assert sum(sum(hour.counts.values()) for hour in writing.read()) == 2


def test_counts_expire_at_the_end_of_the_day_on_which_their_records_do(writing):
    writing.write(at("2026-01-31T09:07:00Z"))
    (item,) = writing.client.scan(TableName=STATE)["Items"]
    midnight = datetime(2026, 3, 3, tzinfo=UTC)
    assert int(item["expires_at"]["N"]) == midnight.timestamp()
    (hour,) = writing.read(now=midnight - timedelta(seconds=1))
    assert sum(hour.counts.values()) == 1
    assert not hour.is_exact, "some of the day's records have expired"
    assert writing.read(now=midnight) == []
    (hour,) = writing.read(now=datetime(2026, 3, 1, 23, 59, tzinfo=UTC))
    assert hour.is_exact


def test_a_batch_of_one_hour_is_one_more_write(writing):
    records = [at(f"2026-01-31T09:{n:02}:00Z", f"{n}") for n in range(60)]
    with failpoint(writing.client, "UpdateItem") as point:
        writing.write(*records)
    assert point.attempts == 1
    (item,) = writing.counts().values()
    assert item == {f"{n:02}I": 1 for n in range(60)}


def test_a_whole_hour_in_all_severities_is_two(writing):
    records = [
        at(f"2026-01-31T09:{n:02}:00Z", f"{n}{severity}", severity=severity)
        for n in range(60)
        for severity in LogSeverity
    ]
    again = range(len(records))
    with failpoint(writing.client, "UpdateItem") as point:
        assert set(writing.write(*records, repeated=again)) == {STORED}
    assert point.attempts == 2
    (hour,) = writing.read()
    assert len(hour.counts) == 360
    assert set(hour.counts.values()) == {1}
    assert writing.counts()[MARCH_2]["maybe_twice"] == 360


def test_duplicates_are_not_counted(writing):
    first = at("2026-01-31T09:07:00Z", "x", named=True)
    other = at("2026-01-31T09:08:00Z", "x", named=True)
    assert writing.write(first, other) == [STORED, DUPLICATE]
    assert writing.counts() == {MARCH_2: {"07I": 1}}


def test_a_record_that_is_in_a_batch_twice_counts_once_and_exactly(writing):
    same = at("2026-01-31T09:07:00Z")
    assert writing.write(same, same) == [STORED, STORED]
    assert writing.counts() == {MARCH_2: {"07I": 1}}


def test_what_was_delivered_before_may_be_counted_twice_and_says_so(writing):
    """The delivery before may have ended between its two writes, so it is counted again."""
    same, new = at("2026-01-31T09:07:00Z", "1"), at("2026-01-31T09:08:00Z", "2")
    writing.write(same)
    writing.write(same, new, repeated=[0])
    assert writing.counts() == {MARCH_2: {"07I": 2, "08I": 1, "maybe_twice": 1}}
    (hour,) = writing.read()
    assert not hour.is_exact


def test_what_is_stored_already_says_so_though_its_message_is_new(writing):
    """As dead letters are that come back."""
    same, new = at("2026-01-31T09:07:00Z", "1"), at("2026-01-31T09:08:00Z", "2")
    writing.write(same)
    writing.write(same, new)
    assert writing.counts() == {MARCH_2: {"07I": 2, "08I": 1, "maybe_twice": 1}}


def test_a_record_that_is_not_counted_is_not_done(writing):
    """Its message comes again."""
    ours, theirs = at("2026-01-31T09:07:00Z"), at("2026-01-31T09:07:00Z", tenant_id="beta")
    with failpoint(writing.client, "UpdateItem", *[timed_out] * 3):
        assert writing.write(ours, theirs) == [FAILED, STORED]
    assert writing.counts() == {}
    assert writing.write(ours, repeated=[0]) == [STORED]
    assert writing.counts() == {MARCH_2: {"07I": 1, "maybe_twice": 1}}


def test_without_the_right_to_count_nothing_is_done(writing, logged):
    with failpoints(writing.client, "UpdateItem", always(access_denied)):
        assert writing.write(at("2026-01-31T09:07:00Z")) == [FAILED]
    assert "records were not counted" in logged.getvalue()


def test_a_lost_response_is_marked_by_whoever_tried_again(writing):
    with failpoint(writing.client, "UpdateItem", lost_response):
        assert writing.write(at("2026-01-31T09:07:00Z")) == [STORED]
    assert writing.counts() == {MARCH_2: {"07I": 2, "maybe_twice": 1}}


def test_a_record_that_expires_beyond_the_calendar_is_counted_all_the_same(writing):
    """What is in the queue may have been put there by hand."""
    assert writing.write(at("0001-01-01T00:00:00Z", expires_at=10**15)) == [STORED]
    assert writing.counts() == {"0001-01-01T00#9999-12-31": {"00I": 1}}


def test_counts_are_read_by_the_hours_of_a_range(writing):
    days = [NOW - timedelta(days=n) for n in range(3)]
    writing.write(*[at(day.isoformat(), str(n)) for n, day in enumerate(days)])

    def read(since, until):
        return [at_s for hour in writing.read(since, until) for at_s, _ in hour.counts]

    assert read(days[1], days[0]) == [day.timestamp() for day in (days[1], days[0])]
    assert read(days[2], days[1] - timedelta(hours=1)) == [days[2].timestamp()]
    assert read(NOW + timedelta(hours=1), NOW + timedelta(hours=2)) == []


@pytest.mark.parametrize(
    ("grain", "unit_s", "queries"),
    [(Grain.MINUTE, 60, 1), (Grain.TEN_MINUTES, 600, 3), (Grain.HOUR, 3600, 3)],
)
def test_hours_between_the_first_and_the_last_are_read_by_fewer_counters(
    writing, grain, unit_s, queries
):
    ages = range(0, 400, 7)
    writing.write(*[at(times.text(NOW - timedelta(minutes=age)), str(age)) for age in ages])
    since_s, until_s = int(NOW.timestamp()) - 350 * 60, int(NOW.timestamp()) - 50 * 60
    with failpoint(writing.client, "Query") as point:
        hours = list(writing.store.read("acme", since_s, until_s, grain))
    assert point.attempts == queries
    found = [
        (at_s, count)
        for hour in hours
        for (at_s, _), count in hour.counts.items()
        if since_s <= at_s < until_s
    ]
    assert sum(count for _, count in found) == len([age for age in ages if 50 < age <= 350])
    inner = [at_s for at_s, _ in found if since_s + 3600 <= at_s < until_s - 3600]
    assert {at_s % unit_s for at_s in inner} == {0}


def test_many_hours_are_read_page_by_page(aws):
    """More than the megabyte of one query."""
    store = CountStore(Table(aws.client("dynamodb"), STATE), now=lambda: NOW)
    for n in range(5):
        key = {"pk": "LOG-COUNTS#acme", "sk": f"2026-01-31T0{n}#2026-03-02"}
        filler = {"expires_at": IN_30_DAYS, "filler": "x" * 390_000, "07I": n}
        store.table.put({**key, **filler})
    now_s = int(NOW.timestamp())
    hours = list(store.read("acme", now_s - 10 * 3600, now_s))
    assert [sum(hour.counts.values()) for hour in hours] == [0, 1, 2, 3, 4]


def test_counting_began_at_the_time_that_is_kept_or_always(aws):
    store = count_store(aws, lambda: NOW)
    assert store.get_begin() is None
    store.begin(NOW)
    store.begin(NOW + timedelta(hours=1))
    assert store.get_begin() == NOW
