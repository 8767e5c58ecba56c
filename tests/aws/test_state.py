"""Counters, heartbeats and idempotency markers in their one table."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.aws.state import State
from chalicelib.aws.table import Table
from chalicelib.aws.transactions import transact
from chalicelib.errors import Conflict, InvalidInput

NOW = 1_800_000_000.0
DAY_S = 24 * 3600


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def table(aws):
    return Table(aws.client("dynamodb"), "OmniState-test")


@pytest.fixture
def state(table, clock):
    return State(table, clock)


def test_counters_start_at_zero_and_add_up(state):
    assert state.counters() == {}
    state.count("lost.search_events")
    state.count("lost.search_events", 4)
    state.count("other")
    assert state.counters() == {"lost.search_events": 5, "other": 1}


def test_the_totals_of_processes_add_up_to_the_counter(state):
    state.count("lost.search_events")  # as versions before wrote it
    state.put_total("lost.search_events", "p-1", 4)
    state.put_total("lost.search_events", "p-2", 2)
    state.put_total("unknown.search_events", "p-1", 9)
    assert state.counters() == {"lost.search_events": 7, "unknown.search_events": 9}


def test_a_total_that_is_written_again_or_comes_late_changes_nothing(state):
    for total in (1, 3, 3, 2):
        state.put_total("n", "p-1", total)
    assert state.counters() == {"n": 3}


def test_concurrent_counts_are_all_counted(state):
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(state.count, ["n"] * 80))
    assert state.counters() == {"n": 80}


def test_a_heartbeat_is_replaced_by_the_next_and_forgotten_after_a_day(state, clock):
    state.beat("worker-1", {"archived": 1})
    state.beat("worker-2", {"archived": 7})
    clock.now += DAY_S / 2
    state.beat("worker-1", {"archived": 2})
    assert state.heartbeats() == {"worker-1": {"archived": 2}, "worker-2": {"archived": 7}}
    clock.now += DAY_S / 2
    assert state.heartbeats() == {"worker-1": {"archived": 2}}


def test_what_expires_says_so_in_the_tables_ttl_attribute(state, table):
    state.beat("worker-1", {})
    state.mark_done("u-1", "stream", "k", "f")
    assert table.get({"pk": "HEARTBEAT", "sk": "worker-1"})["expires_at"] == NOW + DAY_S
    assert table.get({"pk": "IDEMPOTENCY#u-1", "sk": "stream#k"}) == {
        "pk": "IDEMPOTENCY#u-1",
        "sk": "stream#k",
        "fingerprint": "f",
        "expires_at": NOW + DAY_S,
    }


def test_a_key_is_done_once_and_again_only_with_the_same_body(state):
    state.mark_done("u-1", "stream", "k", "f")
    state.mark_done("u-1", "stream", "k", "f")
    state.require_same("u-1", "stream", "k", "f")
    with pytest.raises(Conflict):
        state.mark_done("u-1", "stream", "k", "other")
    with pytest.raises(Conflict):
        state.require_same("u-1", "stream", "k", "other")


def test_keys_of_another_caller_or_route_are_other_keys(state):
    state.mark_done("u-1", "stream", "k", "f")
    state.mark_done("u-2", "stream", "k", "other")
    state.mark_done("u-1", "orders", "k", "other")
    state.require_same("u-1", "stream", "k", "f")


def test_an_expired_marker_is_no_marker_though_it_is_still_there(state, clock, aws):
    client = aws.client("dynamodb")
    assert transact(client, [state.idempotency_put("u-1", "stream", "k", "f")]) == []
    refused = transact(client, [state.idempotency_put("u-1", "stream", "k", "f")])
    assert refused == ["ConditionalCheckFailed"]
    clock.now += DAY_S
    assert transact(client, [state.idempotency_put("u-1", "stream", "k", "other")]) == []
    state.require_same("u-1", "stream", "k", "other")


@pytest.mark.parametrize("key", ["", "a#b", "x\n", "é", "a" * 129])
def test_no_key_reaches_anothers_marker(state, key):
    with pytest.raises(InvalidInput):
        state.mark_done("u-1", "stream", key, "f")
    with pytest.raises(InvalidInput):
        state.mark_done(key, "stream", "k", "f")
