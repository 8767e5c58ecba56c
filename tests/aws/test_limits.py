"""Rates and quotas: exact over processes, at the edges of seconds, days and of the quota."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from support.failpoints import failpoint, lost_response, server_error, throttled

from chalicelib.aws.table import ConditionFailed, Table
from chalicelib.errors import TooManyRequests, Unavailable
from chalicelib.tenant_logs.tenants.limits import TenantLimits
from chalicelib.tenant_logs.tenants.model import TenantSettings

NOON = datetime(2026, 1, 31, 12, 0, 0, tzinfo=UTC)
SETTINGS = TenantSettings(rate_per_s=5, records_per_day=100)
KEY = {"pk": "USAGE#acme", "sk": "2026-01-31"}


class Clock:
    def __init__(self):
        self.at = NOON

    def __call__(self):
        return self.at

    def later(self, seconds):
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def table(aws):
    return Table(aws.client("dynamodb"), "OmniState-test")


@pytest.fixture
def limits(table, clock):
    return TenantLimits(table, clock)


@pytest.fixture
def writes(aws):
    """The number of UpdateItem calls so far."""
    with failpoint(aws.client("dynamodb"), "UpdateItem") as point:
        yield lambda: point.attempts


def taken(limits, times, records=1, settings=SETTINGS, tenant="acme"):
    """How many of so many requests were taken."""
    count = 0
    for _ in range(times):
        try:
            limits.take(tenant, records, settings)
        except TooManyRequests:
            continue
        count += 1
    return count


def refusal(limits, records=1, settings=SETTINGS):
    with pytest.raises(TooManyRequests) as refused:
        limits.take("acme", records, settings)
    return str(refused.value), refused.value.retry_after_s


def test_a_second_takes_as_many_requests_as_the_rate_says(limits, clock):
    assert taken(limits, 9) == 5
    assert refusal(limits) == ("tenant acme exceeds its rate of 5 requests a second", 1)
    clock.later(0.999999)
    assert taken(limits, 1) == 0
    clock.later(0.000001)
    assert taken(limits, 9) == 5


def test_processes_share_a_second(table, clock):
    processes = [TenantLimits(table, clock) for _ in range(3)]
    assert [taken(process, 2) for process in processes] == [2, 2, 1]
    clock.later(1)
    assert [taken(process, 3) for process in reversed(processes)] == [3, 2, 0]


def test_threads_of_processes_get_exactly_the_rate(table, clock):
    processes = [TenantLimits(table, clock) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        counts = pool.map(lambda number: taken(processes[number % 4], 5), range(16))
    assert sum(counts) == 5
    assert table.get(KEY)["records"] == 5


def test_threads_get_exactly_the_quota(table, clock):
    settings = TenantSettings(rate_per_s=1000, records_per_day=20)
    processes = [TenantLimits(table, clock) for _ in range(4)]
    with ThreadPoolExecutor(8) as pool:
        counts = pool.map(
            lambda number: taken(processes[number % 4], 4, records=3, settings=settings), range(16)
        )
    assert sum(counts) == 6
    assert table.get(KEY)["records"] == 18


def test_a_quota_is_taken_to_its_last_record_and_not_beyond(limits, clock, table):
    limits.take("acme", 99, SETTINGS)
    message = "tenant acme exceeds its quota of 100 records a day"
    assert refusal(limits, records=2) == (message, 12 * 3600 + 1)
    assert table.get(KEY)["records"] == 99
    limits.take("acme", 1, SETTINGS)
    assert refusal(limits) == (message, 12 * 3600 + 1)
    assert table.get(KEY)["records"] == 100


def test_a_request_beyond_any_day_is_refused_at_once(limits, writes):
    assert refusal(limits, records=101)[0].endswith("100 records a day")
    assert writes() == 0


def test_a_quota_begins_anew_at_utc_midnight(limits, clock):
    clock.at = datetime(2026, 1, 31, 23, 59, 59, 500_000, tzinfo=UTC)
    limits.take("acme", 100, SETTINGS)
    assert refusal(limits)[1] == 1
    clock.later(0.5)
    limits.take("acme", 100, SETTINGS)


def test_tenants_do_not_share_limits(limits):
    assert taken(limits, 9, tenant="acme") == 5
    assert taken(limits, 9, tenant="beta") == 5


def test_a_request_costs_one_write(limits, clock, writes):
    settings = TenantSettings(rate_per_s=100)
    assert taken(limits, 40, settings=settings) == 40
    assert writes() == 40
    clock.later(1)
    assert taken(limits, 40, settings=settings) == 40
    assert writes() == 80
    clock.later(100)
    assert taken(limits, 1, settings=settings) == 1
    assert writes() == 81


def test_a_flood_beyond_the_rate_costs_no_writes(limits, clock, writes):
    taken(limits, 1000)
    assert writes() == 6
    clock.later(1)
    taken(limits, 1000)
    assert writes() == 12


def test_a_flood_beyond_the_quota_costs_a_write_a_second(limits, clock, writes):
    limits.take("acme", 100, SETTINGS)
    assert taken(limits, 1000) == 0
    assert writes() == 2
    clock.later(1)
    assert taken(limits, 1000) == 0
    assert writes() == 3


def test_raised_limits_count_at_once(limits):
    taken(limits, 9)
    more = TenantSettings(rate_per_s=8, records_per_day=7)
    assert taken(limits, 9, settings=more) == 2
    assert refusal(limits, settings=more)[0].endswith("quota of 7 records a day")


@pytest.mark.parametrize("ahead_s", [1, 2])
def test_a_process_whose_clock_is_behind_counts_into_the_latest_second(table, clock, ahead_s):
    ahead = TenantLimits(table, lambda: clock.at + timedelta(seconds=ahead_s))
    assert taken(ahead, 3) == 3
    assert taken(TenantLimits(table, clock), 9) == 2


def test_a_clock_far_ahead_locks_nobody_out(table, clock):
    ahead = TenantLimits(table, lambda: clock.at + timedelta(seconds=60))
    assert taken(ahead, 9) == 5
    assert taken(TenantLimits(table, clock), 9) == 5


def test_records_given_back_can_be_taken_again(limits, clock):
    limits.take("acme", 100, SETTINGS)
    limits.give_back("acme", 40)
    assert refusal(limits, records=41)[0].endswith("100 records a day")
    limits.take("acme", 40, SETTINGS)


def test_giving_back_after_midnight_makes_no_counter(limits, clock, table):
    limits.take("acme", 100, SETTINGS)
    clock.later(12 * 3600)
    limits.give_back("acme", 100)
    assert table.get({"pk": "USAGE#acme", "sk": "2026-02-01"}) is None


def test_giving_back_never_fails_and_says_so(aws, limits, logged, pauses):
    limits.take("acme", 1, SETTINGS)
    with failpoint(aws.client("dynamodb"), "UpdateItem", *[throttled] * 3):
        limits.give_back("acme", 1)
    assert "uncounting records was not confirmed" in logged.getvalue()


def test_what_cannot_be_counted_is_not_taken(aws, limits, pauses):
    with (
        failpoint(aws.client("dynamodb"), "UpdateItem", *[server_error] * 3),
        pytest.raises(Unavailable),
    ):
        limits.take("acme", 1, SETTINGS)
    limits.take("acme", 1, SETTINGS)


def test_a_lost_response_counts_too_much_rather_than_too_little(aws, limits, table, pauses):
    limits.take("acme", 1, SETTINGS)
    with failpoint(aws.client("dynamodb"), "UpdateItem", lost_response):
        limits.take("acme", 10, SETTINGS)
    assert table.get(KEY)["records"] == 21


def test_a_counter_goes_by_ttl_once_nobody_can_ask_for_its_day(limits, table):
    limits.take("acme", 3, SETTINGS, size_bytes=70)
    assert table.get(KEY) == {
        **KEY,
        "second": int(NOON.timestamp()),
        "requests": 1,
        "records": 3,
        "bytes": 70,
        "expires_at": int(datetime(2026, 5, 2, tzinfo=UTC).timestamp()),
    }


def test_who_is_over_a_limit_is_logged_once_a_second(limits, logged):
    taken(limits, 500)
    lines = logged.getvalue().splitlines()
    assert len(lines) == 1
    assert '"tenant_id": "acme"' in lines[0]


def test_a_counter_that_changes_all_the_time_is_unavailable(clock):
    class Restless:
        calls = 0

        def update(self, key, change, condition):
            self.calls += 1
            raise ConditionFailed({"second": 0, "requests": 0, "records": 0})

    table = Restless()
    with pytest.raises(Unavailable):
        TenantLimits(table, clock).take("acme", 1, SETTINGS)
    assert table.calls == 4


def test_the_emulator_counts_alike(on_emulator, clock):
    limits = TenantLimits(Table(on_emulator.client("dynamodb"), "OmniState-test"), clock)
    assert taken(limits, 9) == 5
    clock.later(1)
    limits.take("acme", 95, SETTINGS)
    assert refusal(limits)[0].endswith("quota of 100 records a day")
    limits.give_back("acme", 1)
    clock.later(1)
    assert taken(limits, 9) == 1
