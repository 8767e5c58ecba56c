"""A follower reads what arrives, in the order of arrival, whatever the records' own times are."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from support.calls import call_by
from support.log_reading import log_reading
from support.logs import record

from chalicelib import times
from chalicelib.aws.table import Page, Table
from chalicelib.tenant_logs.model import LogSeverity
from chalicelib.tenant_logs.search import scanning
from chalicelib.tenant_logs.search.place import MAX_REMEMBERED, SETTLED_AFTER
from chalicelib.tenant_logs.search.queries import LogQuery, LogReadOrder
from chalicelib.tenant_logs.storage.items import add_arrival, item

START = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
ACME = call_by("u-1", tenant="acme")


class System:
    """The table of logs at a time of the test's own, and a follower of tenant acme."""

    def __init__(self, table):
        self.table = table
        self.now = START
        self.written = []
        self.reading = log_reading(self.table, now=lambda: self.now)

    def items(self, *log_ids, ts=START, stored_at=None, **more):
        """Items that one call writes, by default now."""
        records = [record(log_id, ts=times.text(ts), **more) for log_id in log_ids]
        return add_arrival([item(kept) for kept in records], stored_at or self.now)

    def store(self, *log_ids, **more):
        for new in self.items(*log_ids, **more):
            self.table.put(new)

    def follow(self, cursor=None, **query):
        """The ids of what came, and the cursor."""
        query = LogQuery(order=LogReadOrder.ARRIVAL, tail=True, cursor=cursor, **query)
        page = self.reading.page(query, ACME)
        assert page.next_cursor is not None
        return [entry.log_id for entry in page.logs], page.next_cursor

    def wait(self, **more):
        self.now += timedelta(**more)


def table_of(cloud):
    return Table(cloud.client("dynamodb"), "MultiTenantLogs-test")


@pytest.fixture(params=["moto", "emulator"])
def follower(request):
    cloud = request.getfixturevalue("aws" if request.param == "moto" else "on_emulator")
    return System(table_of(cloud))


@pytest.fixture
def here(aws):
    return System(table_of(aws))


def test_a_follower_sees_what_came_since(follower):
    seen, cursor = follower.follow()
    assert seen == []
    follower.store("1", "2")
    seen, cursor = follower.follow(cursor)
    assert seen == ["1", "2"]
    seen, cursor = follower.follow(cursor)
    assert seen == []
    follower.wait(seconds=30)
    seen, cursor = follower.follow(cursor)
    assert seen == []
    follower.store("3")
    assert follower.follow(cursor)[0] == ["3"]


def test_a_record_of_an_older_time_is_seen_when_it_comes(follower):
    follower.store("new", ts=START)
    _, cursor = follower.follow()
    follower.wait(seconds=1)
    follower.store("late", ts=START - timedelta(days=3))
    follower.wait(milliseconds=1)
    follower.store("of 1970", ts=datetime(1970, 1, 1, tzinfo=UTC))
    assert follower.follow(cursor)[0] == ["late", "of 1970"]


def test_a_record_of_a_later_time_hides_nothing(follower):
    follower.store("ahead", ts=START + timedelta(days=60_000))
    seen, cursor = follower.follow()
    assert seen == ["ahead"]
    follower.wait(minutes=1)
    follower.store("now")
    assert follower.follow(cursor)[0] == ["now"]


def test_records_of_one_call_are_read_in_their_order(follower):
    follower.store(*"dacb")
    assert follower.follow()[0] == list("dacb")


def test_a_slow_call_hides_nothing_and_repeats_nothing(here):
    """What was written by a slower call has an earlier place than what was seen already."""
    (slow,) = here.items("slow")
    here.wait(seconds=2)
    here.store("quick")
    seen, cursor = here.follow()
    assert seen == ["quick"]
    here.wait(seconds=SETTLED_AFTER.total_seconds() - 3)
    here.table.put(slow)
    seen, cursor = here.follow(cursor)
    assert seen == ["slow"]
    here.wait(minutes=1)
    assert here.follow(cursor)[0] == []


def test_a_range_is_one_of_arrival(here):
    here.store("before", ts=START + timedelta(minutes=3))
    here.wait(minutes=2)
    here.store("after", ts=START - timedelta(days=1))
    here.wait(seconds=30)
    assert here.follow(since="1m")[0] == ["after"]
    assert here.follow(until="1m")[0] == ["before"]


def test_an_age_is_counted_from_the_first_request(here):
    here.store("1")
    seen, cursor = here.follow(since="1m")
    here.wait(hours=1)
    here.store("2", stored_at=START + timedelta(minutes=30))
    assert (seen, here.follow(cursor, since="1m")[0]) == (["1"], ["2"])


def test_filters_hold_for_a_follower_too(here, monkeypatch):
    monkeypatch.setattr(scanning, "AT_ONCE", 3)
    here.store("0", severity=LogSeverity.ERROR)
    here.store(*map(str, range(1, 8)))
    wanted = {"severity": LogSeverity.ERROR}
    seen, cursor = here.follow(**wanted)
    assert seen == ["0"]
    here.wait(minutes=1)
    seen, cursor = here.follow(cursor, **wanted)
    here.store("8", severity=LogSeverity.FATAL)
    assert (seen, here.follow(cursor, **wanted)[0]) == ([], ["8"])


def test_the_order_of_arrival_ends_without_tail(here):
    here.store(*"abc", stored_at=START - timedelta(minutes=1))
    query = LogQuery(order=LogReadOrder.ARRIVAL, limit=2)
    page = here.reading.page(query, ACME)
    rest = here.reading.page(
        LogQuery(order=LogReadOrder.ARRIVAL, limit=2, cursor=page.next_cursor), ACME
    )
    ids = [[entry.log_id for entry in found.logs] for found in (page, rest)]
    assert (ids, rest.next_cursor) == ([["a", "b"], ["c"]], None)


def test_more_than_can_be_remembered_waits_until_it_is_settled():
    here = System(SortedItems())
    ids = [f"{n:04}" for n in range(MAX_REMEMBERED + 50)]
    here.store(*ids)
    seen, cursor = here.follow(limit=1000)
    assert seen == ids[:MAX_REMEMBERED]
    assert here.follow(cursor, limit=1000)[0] == []
    here.wait(seconds=SETTLED_AFTER.total_seconds() + 1)
    assert here.follow(cursor, limit=1000)[0] == ids[MAX_REMEMBERED:]


def test_after_more_than_can_be_remembered_a_new_record_is_shown_at_once():
    here = System(SortedItems())
    here.store(*[f"{n:04}" for n in range(MAX_REMEMBERED)])
    _, cursor = here.follow(limit=1000)
    here.wait(seconds=SETTLED_AFTER.total_seconds() + 1)
    seen, cursor = here.follow(cursor, limit=1000)
    assert seen == []
    for log_id in ("later", "last"):
        here.store(log_id)
        seen, cursor = here.follow(cursor, limit=1000)
        assert seen == [log_id]
        here.wait(seconds=1)


def test_a_steady_flow_is_shown_at_once_for_as_long_as_it_is_followed():
    here, cursor = System(SortedItems()), None
    for number in range(3 * MAX_REMEMBERED):
        here.wait(seconds=1)
        here.store(f"{number:04}")
        seen, cursor = here.follow(cursor)
        assert seen == [f"{number:04}"]


def test_a_cursor_fits_into_a_query_string_that_the_firewall_lets_through():
    here = System(SortedItems())
    here.store(*[f"{n:04}" for n in range(MAX_REMEMBERED)])
    _, cursor = here.follow(limit=1000, since="1h", until="2030-01-01T00:00:00Z")
    assert len(cursor) < 1700  # of 2,048


class SortedItems:
    """Stands in for the index: its items in its order, in pages, whatever is asked for."""

    def __init__(self):
        self.items = []

    def put(self, new):
        self.items.append(new)
        self.items.sort(key=index_key)

    def query_page(self, _key, *, limit, start, **_):
        left = [new for new in self.items if start is None or index_key(new) > index_key(start)]
        return Page(left[:limit], left[limit - 1] if len(left) > limit else None)


def index_key(stored):
    return stored["arrival"], stored["sk"]


@pytest.mark.thorough
@pytest.mark.parametrize("seed", range(100))
def test_a_follower_sees_each_record_once_whatever_the_clocks(monkeypatch, seed):
    """Random times of records, of writers that are slow up to the bound, and of polls."""
    chance = random.Random(seed)  # noqa: S311 no secret
    here = System(SortedItems())
    assert follow_at_random(here, chance, monkeypatch) == here.written


def test_a_follower_of_the_real_index_sees_each_record_once(aws, monkeypatch):
    here = System(table_of(aws))
    chance = random.Random(1)  # noqa: S311 as above
    assert follow_at_random(here, chance, monkeypatch, polls=15) == here.written


def follow_at_random(here, chance, monkeypatch, polls=60):
    """What a follower saw in all, in the order in which it was written."""
    monkeypatch.setattr(scanning, "AT_ONCE", chance.choice([2, 7, 1000]))
    on_their_way, seen, cursor = [], [], None
    for _ in range(polls):
        here.wait(seconds=chance.uniform(0, chance.choice([0.1, 3, 20])))
        on_their_way += write_at_random(here, chance)
        on_their_way = arrive(here, on_their_way)
        if chance.random() < 0.7:
            shown, cursor = here.follow(cursor, limit=5)
            seen += shown
    here.wait(minutes=1)
    arrive(here, on_their_way)
    shown = ["anything"]
    while shown:
        shown, cursor = here.follow(cursor, limit=5)
        seen += shown
    return sorted(seen, key=int)


def write_at_random(here, chance):
    """Records of one call that becomes visible up to the bound later, each with when."""
    log_ids = [str(len(here.written) + n) for n in range(chance.choice([0, 1, 1, 4]))]
    here.written += log_ids
    ts = START + timedelta(seconds=chance.choice([-1e9, -3600, -1, 0, 0, 1, 240, 1e9]))
    slowest_s = SETTLED_AFTER.total_seconds() * 0.99
    return [
        (here.now + timedelta(seconds=chance.choice([0, 0, chance.uniform(0, slowest_s)])), new)
        for new in here.items(*log_ids, ts=ts)
    ]


def arrive(here, on_their_way):
    """Make visible what is due; returns what is not."""
    for at, new in on_their_way:
        if at <= here.now:
            here.table.put(new)
    return [(at, new) for at, new in on_their_way if at > here.now]
