"""The publisher while what it depends on fails: nothing is lost, and nothing goes out twice."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import msgspec
import pytest
from support.clouds import RESOURCES, cloud_at
from support.failpoints import closed_port, failpoints, lost_response, timed_out_after_commit
from support.publishing import Publisher, call_of, raising, rejection

from chalicelib.aws.stream import Entry, Stream
from chalicelib.aws.table import Condition
from chalicelib.errors import Conflict, Unavailable
from chalicelib.publisher import keys
from chalicelib.publisher.model import (
    Channel,
    DeliveryErrorClass,
    MessageList,
    MessageStatus,
    NewMessage,
)
from chalicelib.publisher.transitions import MAX_ATTEMPTS

STREAM = next(stream.name for stream in RESOURCES.streams if stream.variable == "MESSAGES_STREAM")
SOON = "2026-11-28T10:01:00Z"
CLICKS, MESSAGES = 10, 5


@pytest.fixture
def publisher(aws):
    return Publisher(aws)


def post(publisher, *channels, **more):
    """Make a message; returns its id."""
    new = NewMessage(content="Hello", channels=list(channels), **more)
    return publisher.creating.create(new, call_of()).id


def status(publisher, message_id):
    return publisher.lookup.get(message_id, call_of()).status


def at_once(count, do):
    """What `count` threads return that begin at the same moment."""
    barrier = Barrier(count)

    def begin(_):
        barrier.wait()
        return do()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(begin, range(count)))


@pytest.mark.parametrize("fault", [lost_response, timed_out_after_commit], ids=["500", "none"])
@pytest.mark.parametrize("times", [1, 2, 10])
def test_a_request_without_a_response_sent_again_is_the_same_message(publisher, fault, times):
    """With few lost responses the first request already finds its own message."""
    new, call = NewMessage(content="Hello", channels=["sms"]), call_of(idempotency_key="k")
    with failpoints(publisher.table.client, "TransactWriteItems", [fault] * times):
        try:
            first = publisher.creating.create(new, call).id
        except Unavailable:
            first = None
    again = publisher.creating.create(new, call).id
    assert first in (None, again)
    other = NewMessage(content="Other", channels=["sms"])
    with pytest.raises(Conflict):
        publisher.creating.create(other, call)
    for _ in range(3):
        publisher.clock.turn(61)
        publisher.tick.run()
        publisher.deliver_stream()
    assert publisher.count_live() == {f"{again}#sms": 1}
    assert len(publisher.lookup.page(MessageList(), call_of()).messages) == 1


def test_ten_clicks_on_retry_at_once_after_an_outage_post_once(publisher):
    linkedin = publisher.channels[Channel.LINKEDIN]
    linkedin.before = raising(rejection(DeliveryErrorClass.TRANSIENT, code="down"))
    message_id = post(publisher, Channel.LINKEDIN, Channel.SMS)
    for _ in range(MAX_ATTEMPTS):
        publisher.deliver_stream()
        publisher.clock.turn(1801)
        publisher.tick.run()
    assert status(publisher, message_id) is MessageStatus.PARTIAL
    linkedin.before = lambda _: None

    def click():
        try:
            publisher.resolving.retry(message_id, call_of())
        except Conflict:
            return False
        return True

    assert sorted(at_once(CLICKS, click)) == [False] * (CLICKS - 1) + [True]
    publisher.deliver_stream()
    assert status(publisher, message_id) is MessageStatus.SENT
    assert publisher.count_live() == {f"{message_id}#linkedin": 1, f"{message_id}#sms": 1}


def test_without_a_stream_the_tick_delivers_within_two_minutes(aws):
    with closed_port() as url:
        stream = Stream(cloud_at(url).client("kinesis"), STREAM)
        publisher = Publisher(
            aws, put_all=lambda records: stream.put_all([Entry(*record) for record in records])
        )
        now = post(publisher, Channel.LINKEDIN, Channel.SMS)
        scheduled = post(publisher, Channel.SMS, scheduled_at=SOON)
        publisher.clock.turn(60)
        publisher.tick.run()
        publisher.clock.turn(60)
        publisher.tick.run()
    assert {status(publisher, message_id) for message_id in (now, scheduled)} == {"sent"}
    assert set(publisher.count_live().values()) == {1}


def test_two_ticks_at_once_dispatch_each_message_once(publisher):
    ids = [post(publisher, Channel.SMS, scheduled_at=SOON) for _ in range(MESSAGES)]
    publisher.clock.turn(60)
    assert sum(at_once(2, publisher.tick.run)) == MESSAGES
    assert sorted(key for key, _ in publisher.stream) == sorted(
        f"{message_id}#sms" for message_id in ids
    )
    publisher.deliver_stream()
    assert {status(publisher, message_id) for message_id in ids} == {"sent"}
    assert set(publisher.count_live().values()) == {1}


def test_two_ticks_at_once_without_a_stream_deliver_each_message_once(aws):
    publisher = Publisher(aws, put_all=lambda records: list(range(len(records))))
    ids = [post(publisher, Channel.SMS, scheduled_at=SOON) for _ in range(MESSAGES)]
    publisher.clock.turn(60)
    at_once(2, publisher.tick.run)
    assert {status(publisher, message_id) for message_id in ids} == {"sent"}
    assert set(publisher.count_live().values()) == {1}


def test_after_ten_minutes_without_a_tick_the_next_one_makes_up_for_all(publisher):
    minutes = [f"2026-11-28T10:{minute:02}:00Z" for minute in range(1, 10)]
    ids = [post(publisher, Channel.SMS, scheduled_at=minute) for minute in minutes]
    publisher.clock.turn(600)
    assert publisher.tick.run() == len(minutes)
    publisher.deliver_stream()
    assert {status(publisher, message_id) for message_id in ids} == {"sent"}
    assert set(publisher.count_live().values()) == {1}


@pytest.mark.parametrize("at", [{}, {"scheduled_at": SOON}])
def test_a_message_that_cannot_be_handled_keeps_back_no_other(publisher, at):
    broken, *others = [post(publisher, Channel.SMS, **at) for _ in range(3)]
    publisher.stream = []
    publisher.table.update(
        keys.message(broken), Condition("SET looks = :text", values={":text": "x"})
    )
    publisher.clock.turn(61)
    with pytest.raises(msgspec.ValidationError):
        publisher.tick.run()
    publisher.deliver_stream()
    assert {status(publisher, message_id) for message_id in others} == {"sent"}
