"""What processes know of a channel: a hold reaches all within seconds, and few calls are made."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from support.clouds import RESOURCES
from support.publishing import START, Clock, count_calls

from chalicelib.aws.table import Table
from chalicelib.publisher import outcomes
from chalicelib.publisher.channels.base import Published, Rejection
from chalicelib.publisher.holds import KNOWN_S, SUCCESS_LIFE, Holds
from chalicelib.publisher.model import Channel, DeliveryErrorClass

PAGE = Channel.FACEBOOK
REFUSED = Rejection(
    error_class=DeliveryErrorClass.HOLD,
    code="190",
    message="expired",
    advice="wait",
    setting="META_SECRET",
)
FAULT = Rejection(
    error_class=DeliveryErrorClass.TRANSIENT, code="2", message="fault", advice="wait"
)


class Processes:
    """Holds as several processes have them, under one clock that stands."""

    def __init__(self, aws) -> None:
        name = next(table.name for table in RESOURCES.tables if table.variable == "STATE_TABLE")
        client = aws.client("dynamodb")
        self._table, self.clock, self.calls = Table(client, name), Clock(), count_calls(client)

    def start(self) -> Holds:
        def monotonic():
            return (self.clock.at - START).total_seconds()

        return Holds(self._table, now=self.clock.now, monotonic=monotonic)

    def sent(self):
        return outcomes.sent(Published("1"), self.clock.now())

    def rejected(self, rejection):
        return outcomes.rejected(rejection, 1, self.clock.now())


@pytest.fixture
def processes(aws) -> Processes:
    return Processes(aws)


def test_deliveries_that_begin_at_once_read_their_channel_once(processes):
    holds = processes.start()
    with ThreadPoolExecutor(10) as pool:
        assert set(pool.map(holds.find, [PAGE] * 10)) == {None}
    assert processes.calls == {"GetItem": 1}


def test_a_hold_stops_another_process_within_seconds(processes):
    here, there = processes.start(), processes.start()
    assert there.find(PAGE) is None
    here.note(PAGE, processes.rejected(REFUSED))
    processes.clock.turn(KNOWN_S + 1)
    assert there.find(PAGE).error.code == "190"


def test_a_hold_that_is_ended_elsewhere_lets_the_next_delivery_go(processes):
    here, there = processes.start(), processes.start()
    here.note(PAGE, processes.rejected(REFUSED))
    assert there.find(PAGE) is not None
    here.release(PAGE)
    assert there.find(PAGE) is None


def test_of_all_processes_one_delivery_tries_after_the_time_of_a_hold(processes):
    here, there = processes.start(), processes.start()
    here.note(PAGE, processes.rejected(REFUSED))
    processes.clock.turn(outcomes.HOLD_S + 1)
    found = [holds.find(PAGE) for holds in (here, there, here, there)]
    assert [hold is None for hold in found] == [True, False, False, False]


def test_the_success_of_whoever_tried_ends_the_hold(processes):
    here, there = processes.start(), processes.start()
    here.note(PAGE, processes.rejected(REFUSED))
    processes.clock.turn(outcomes.HOLD_S + 1)
    assert there.find(PAGE) is None
    there.note(PAGE, processes.sent())
    assert here.get(PAGE).hold is None


def test_successes_are_written_once_a_minute(processes):
    holds = processes.start()
    holds.find(PAGE)
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: holds.note(PAGE, processes.sent()), range(10)))
    processes.clock.turn(SUCCESS_LIFE.total_seconds() - 1)
    holds.note(PAGE, processes.sent())
    assert processes.calls["UpdateItem"] == 1
    processes.clock.turn(2)
    holds.note(PAGE, processes.sent())
    assert processes.calls["UpdateItem"] == 2
    assert holds.get(PAGE).last_success_at == "2026-11-28T10:01:01Z"


def test_a_success_after_a_failure_is_written_at_once(processes):
    holds = processes.start()
    holds.note(PAGE, processes.sent())
    processes.clock.turn(1)
    holds.note(PAGE, processes.rejected(FAULT))
    processes.clock.turn(1)
    holds.note(PAGE, processes.sent())
    record = holds.get(PAGE)
    assert (record.last_failure_at, record.last_success_at) == (
        "2026-11-28T10:00:01Z",
        "2026-11-28T10:00:02Z",
    )
