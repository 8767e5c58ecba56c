"""How many calls deliveries and ticks make: what they cost, and what they wait for."""

import pytest
from support.publishing import Publisher, call_of, count_calls

from chalicelib.aws.table import Condition
from chalicelib.errors import Unavailable
from chalicelib.publisher import keys
from chalicelib.publisher.leases import DeliveryRef
from chalicelib.publisher.model import MessageStatus, NewMessage

LATER = "2026-11-28T10:05:00Z"


@pytest.fixture
def publisher(aws) -> Publisher:
    return Publisher(aws)


def make(publisher, count=1, **more) -> list[str]:
    new = NewMessage(content="Hello", channels=["facebook", "sms"], **more)
    return [publisher.creating.create(new, call_of()).id for _ in range(count)]


def test_a_delivery_is_claimed_armed_and_finished_and_its_message_settled(publisher, aws):
    (message_id,) = make(publisher)
    publisher.deliver(DeliveryRef(message_id, "facebook"))
    calls = count_calls(aws.client("dynamodb"))
    publisher.deliver(DeliveryRef(message_id, "sms"))
    # Message and channel are read, as is what settles; of three changes the delivery's, one of the
    # message, and the first success of a channel.
    assert calls == {"BatchGetItem": 1, "GetItem": 1, "Query": 1, "UpdateItem": 5}
    assert publisher.lookup.get(message_id, call_of()).status is MessageStatus.SENT


def test_a_batch_reads_its_messages_by_one_call(publisher, aws):
    refs = [DeliveryRef(message_id, "sms") for message_id in make(publisher, 12)]
    calls = count_calls(aws.client("dynamodb"))
    assert publisher.parallel.deliver_all(refs, publisher.parallel.clock() + 60) == set()
    assert (calls["BatchGetItem"], calls["GetItem"]) == (1, 1)
    assert len(publisher.channels["sms"].live) == 12


def test_a_message_that_cannot_be_read_keeps_back_no_other_of_its_batch(publisher):
    broken, *others = make(publisher, 3)
    publisher.table.update(
        keys.message(broken), Condition("SET looks = :text", values={":text": "x"})
    )
    refs = [DeliveryRef(message_id, "sms") for message_id in (broken, *others)]
    assert publisher.parallel.deliver_all(refs, publisher.parallel.clock() + 60) == set()
    assert publisher.count_live() == {f"{message_id}#sms": 1 for message_id in others}


def test_messages_that_cannot_be_read_come_again(publisher, monkeypatch):
    refs = [DeliveryRef(message_id, "sms") for message_id in make(publisher, 2)]

    def fail(*_):
        raise Unavailable("the database is not available")

    with monkeypatch.context() as patched:
        patched.setattr(type(publisher.store.bulk), "get_all", fail)
        assert publisher.parallel.deliver_all(refs, publisher.parallel.clock() + 60) == set(refs)
    assert publisher.parallel.deliver_all(refs, publisher.parallel.clock() + 60) == set()


def test_a_tick_changes_each_scheduled_message_and_reads_none(publisher, aws):
    make(publisher, 12, scheduled_at=LATER)
    publisher.clock.turn(300)
    calls = count_calls(aws.client("dynamodb"))
    assert publisher.tick.run() == 24
    assert calls == {"Query": 2 + 2, "UpdateItem": 12}  # and the series and reminders


def test_a_tick_reads_dropped_messages_by_one_call_and_looks_at_each(publisher, aws):
    make(publisher, 12)
    publisher.clock.turn(61)
    calls = count_calls(aws.client("dynamodb"))
    assert publisher.tick.run() == 24
    assert calls == {"Query": 4 + 12, "BatchGetItem": 1, "UpdateItem": 12}


def test_a_tick_puts_all_that_is_due_on_the_stream_by_one_call(publisher):
    make(publisher, 30, scheduled_at=LATER)
    publisher.clock.turn(300)
    assert publisher.tick.run() == 60
    assert publisher.puts == [60]
