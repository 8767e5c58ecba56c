"""What tenants sent day by day, and when their keys were used."""

from datetime import UTC, datetime, timedelta

import pytest
from support.failpoints import always, failpoint, failpoints, server_error

from chalicelib.aws.table import Table
from chalicelib.tenant_logs.tenants.key_uses import KeyUses
from chalicelib.tenant_logs.tenants.limits import TenantLimits
from chalicelib.tenant_logs.tenants.model import TenantSettings, TenantUsageDay
from chalicelib.tenant_logs.tenants.usage import UsageStore

NOON = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)
SETTINGS = TenantSettings()


class Clock:
    def __init__(self):
        self.at = NOON

    def __call__(self):
        return self.at


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def table(aws):
    return Table(aws.client("dynamodb"), "OmniState-test")


@pytest.fixture
def usage(table, clock):
    return UsageStore(table, now=clock)


@pytest.fixture
def limits(table, clock):
    return TenantLimits(table, clock)


def day(text, records=0, size_bytes=0, **rejected):
    return TenantUsageDay(day=text, records=records, bytes=size_bytes, rejected=rejected)


def test_each_day_has_what_was_taken_and_what_was_rejected(usage, limits, clock):
    limits.take("acme", 3, SETTINGS, 70)
    limits.take("acme", 2, SETTINGS, 30)
    limits.give_back("acme", 1, 15)
    clock.at += timedelta(days=2)
    usage.count_rejected("acme", {"no_text": 2, "request_too_large": 1})
    usage.count_rejected("acme", {"no_text": 1})
    limits.take("other", 9, SETTINGS, 9)
    assert usage.read("acme", 4) == [
        day("2026-01-30"),
        day("2026-01-31", 4, 85),
        day("2026-02-01"),
        day("2026-02-02", no_text=3, request_too_large=1),
    ]


def test_days_beyond_those_asked_for_are_left_out(usage, limits, clock):
    limits.take("acme", 1, SETTINGS, 1)
    clock.at += timedelta(days=1)
    assert usage.read("acme", 1) == [day("2026-02-01")]
    assert usage.read("acme", 2)[0].records == 1
    assert len(usage.read("acme", 90)) == 90


def test_what_was_rejected_leaves_the_quota_alone(usage, limits, table):
    usage.count_rejected("acme", {"no_text": 1})
    limits.take("acme", 3, SETTINGS, 1)
    usage.count_rejected("acme", {"no_text": 1})
    limits.take("acme", 3, SETTINGS, 1)
    assert table.get({"pk": "USAGE#acme", "sk": "2026-01-31"})["records"] == 6


def test_a_day_before_bytes_were_counted_has_none(usage, table):
    table.put({"pk": "USAGE#acme", "sk": "2026-01-31", "records": 7, "expires_at": 1})
    assert usage.read("acme", 1) == [day("2026-01-31", 7, None)]


def test_both_items_go_by_ttl_once_nobody_can_ask_for_their_day(usage, limits, table):
    limits.take("acme", 1, SETTINGS, 1)
    usage.count_rejected("acme", {"no_text": 1})
    items = table.query("pk", "USAGE#acme")
    ends = {item["expires_at"] for item in items}
    assert ends == {int(datetime(2026, 5, 2, tzinfo=UTC).timestamp())}
    assert len(items) == 2


# --- Keys ------------------------------------------------------------------------------------


@pytest.fixture
def works():
    return []


@pytest.fixture
def process(table, clock, works):
    """Another process each time; what it does in the background is kept in `works`."""
    return lambda: KeyUses(table, in_background=lambda work, at_exit: works.append(work), now=clock)


def run(works):
    for work in works:
        work()
    works.clear()


def test_a_use_is_written_in_the_background_and_once_an_hour(aws, process, clock, works):
    uses = process()
    with failpoint(aws.client("dynamodb"), "UpdateItem") as writes:
        for _ in range(1000):
            uses.note("acme", "k1")
        assert writes.attempts == 0  # no request waits for it
        run(works)
        clock.at += timedelta(minutes=59)
        uses.note("acme", "k1")
        run(works)
        assert writes.attempts == 1
    assert uses.find("acme", "acme") == {("acme", "k1"): "2026-01-31T12:00:00.000000Z"}
    clock.at += timedelta(minutes=1)
    uses.note("acme", "k1")
    run(works)
    assert uses.find("acme", "acme") == {("acme", "k1"): "2026-01-31T13:00:00.000000Z"}


def test_of_many_processes_the_first_one_counts_for_the_hour(process, clock, works):
    for _ in range(3):
        process().note("acme", "k1")
        clock.at += timedelta(minutes=10)
    run(works)
    assert process().find("acme", "acme")["acme", "k1"] == "2026-01-31T12:00:00.000000Z"


def test_a_use_that_is_written_late_does_not_turn_time_back(process, clock, works):
    process().note("acme", "k1")
    clock.at += timedelta(hours=2)
    process().note("acme", "k1")
    run(works[::-1])
    assert process().find("acme", "acme")["acme", "k1"] == "2026-01-31T14:00:00.000000Z"


def test_uses_are_found_for_a_range_of_tenants(process, works):
    uses = process()
    for tenant in ("a", "a-b", "b", "b_c", "c"):
        uses.note(tenant, f"key-of-{tenant}")
    run(works)
    assert {tenant for tenant, _ in uses.find("a", "b")} == {"a", "a-b", "b"}
    assert {tenant for tenant, _ in uses.find("b", "b")} == {"b"}


def test_a_use_that_cannot_be_written_is_logged(aws, process, works, logged, pauses):
    process().note("acme", "k1")
    with failpoints(aws.client("dynamodb"), "UpdateItem", always(server_error)):
        run(works)
    assert "the use of a key was not stored" in logged.getvalue()
