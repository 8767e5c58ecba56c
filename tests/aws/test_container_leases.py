"""Leases of streams in the state table: one holder, taken over, and fenced."""

import threading

import pytest
from support.waiting import until

from chalicelib.aws.table import Table
from chalicelib.errors import Unavailable
from infra.containers import leased_mapping
from infra.containers.lease import LEASE_S, Lease, LeaseLost
from infra.containers.leased_mapping import LeasedCheckpoints, LeasedMapping


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def table(aws):
    return Table(aws.client("dynamodb"), "OmniState-test")


@pytest.fixture
def pair(table, clock):
    return [Lease(table, "announce_orders", name, clock) for name in ("one", "two")]


def test_one_of_two_holds_it(pair):
    one, two = pair
    assert (one.hold(), two.hold(), one.hold(), two.hold()) == (True, False, True, False)


def test_a_holder_that_shows_no_life_loses_it_and_can_no_longer_save(pair, clock):
    one, two = pair
    assert one.hold()
    one.save_progress("by one")
    assert not two.hold()
    clock.now += LEASE_S - 1
    assert not two.hold()
    clock.now += 1
    assert one.is_stale
    assert two.hold()
    assert two.read_progress() == "by one"
    two.save_progress("by two")
    with pytest.raises(LeaseLost, match="announce_orders"):
        one.save_progress("late")
    assert not one.hold()
    assert two.read_progress() == "by two"


def test_a_holder_that_lives_keeps_it_however_long(pair, clock):
    one, two = pair
    for _ in range(10):
        assert one.hold()
        assert not two.hold()
        clock.now += LEASE_S - 1


def test_a_released_lease_is_free_at_once_and_its_progress_stays(pair):
    one, two = pair
    assert one.hold()
    one.save_progress("so far")
    one.release()
    assert two.hold()
    assert two.read_progress() == "so far"
    one.release()
    assert two.hold()


def test_of_many_that_want_a_free_lease_one_gets_it(table):
    leases = [Lease(table, "deliver_messages") for _ in range(5)]
    assert [lease.hold() for lease in leases].count(True) == 1


def test_checkpoints_go_on_where_the_last_holder_was(pair, clock):
    one, two = pair
    assert one.hold()
    LeasedCheckpoints(one, "arn:1").advance("shard-1", "7")
    one.release()
    assert two.hold()
    assert LeasedCheckpoints(two, "arn:1").find_position("shard-1") == "7"
    assert LeasedCheckpoints(two, "arn:2").find_position("shard-1") is None


class Mapping:
    """A mapping that is polled and finished."""

    def __init__(self, checkpoints):
        self.checkpoints = checkpoints
        self.polls = 0
        self.stops = []

    def poll(self, stop):
        self.polls += 1
        self.stops.append(stop)

    def finish(self):
        assert self.stops[-1].is_set()
        self.checkpoints.advance("last", "1")


def test_a_mapping_ends_when_its_lease_is_lost_and_its_late_progress_is_not_saved(
    pair, clock, monkeypatch
):
    monkeypatch.setattr(leased_mapping, "PASS_ON_S", 0.01)
    threads = threading.active_count()
    one, two = pair
    made = []

    def make(checkpoints):
        made.append(Mapping(checkpoints))
        return made[-1]

    stop = threading.Event()
    mapping = LeasedMapping(one, "arn:1", make)
    mapping.poll(stop)
    mapping.poll(stop)
    assert [each.polls for each in made] == [2]
    assert not two.hold()
    clock.now += LEASE_S
    assert two.hold()
    with pytest.raises(LeaseLost):
        mapping.poll(stop)
    assert two.read_progress() is None
    until(lambda: threading.active_count() == threads)
    stop.set()
    mapping.finish()
    assert two.hold()


def test_a_mapping_ends_when_the_table_does_not_respond_for_as_long_as_a_lease(pair, clock):
    one, _ = pair
    made = []

    def make(checkpoints):
        made.append(Mapping(checkpoints))
        made[-1].finish = lambda: made.append("finished")
        return made[0]

    stop = threading.Event()
    mapping = LeasedMapping(one, "arn:1", make)
    mapping.poll(stop)
    one._table = Down()
    with pytest.raises(Unavailable):
        mapping.poll(stop)
    assert "finished" not in made
    clock.now += LEASE_S
    with pytest.raises(Unavailable):
        mapping.poll(stop)
    assert made[-1] == "finished"


class Down:
    def update(self, *_):
        raise Unavailable("the database does not respond")
