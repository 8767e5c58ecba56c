"""Between an event and its mark anything may fail: the event comes again under its id, never not.

Equal ids are one event: `tests/aws/test_webhooks_delivering.py` shows that it is sent once.
"""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from support.publishing import Publisher, call_of, raising, rejection

from chalicelib.aws.bulk import Outcome
from chalicelib.aws.changes import Change
from chalicelib.aws.queue import Received
from chalicelib.errors import Unavailable
from chalicelib.orders.announcing import Announcer
from chalicelib.orders.model import Order, OrderStatus
from chalicelib.orders.storing import Storing
from chalicelib.publisher.model import Channel, DeliveryErrorClass, MessageStatus, NewMessage
from chalicelib.publisher.settling import Settling
from chalicelib.webhook_event import WebhookEventType


def now():
    return datetime(2026, 3, 1, 12, tzinfo=UTC)


class Killed(BaseException):
    """The process ends here."""


class Events:
    """What was emitted; `fails` are raised first, None for none."""

    def __init__(self, *fails):
        self.emitted, self._fails = [], list(fails)

    def emit(self, events):
        error = self._fails.pop(0) if self._fails else None
        if error is not None:
            raise error
        self.emitted += events

    @property
    def ids(self):
        return [event.id for event in self.emitted]


# --- Orders ----------------------------------------------------------------------------------


class Orders:
    """The orders table; the message `bad` is never taken."""

    def __init__(self):
        self.stored, self.notified, self.kill = {}, [], False

    def insert_all(self, orders, stored_at):
        outcomes = []
        for order in orders:
            if order.order == "bad":
                outcomes.append(Outcome.FAILED)
                continue
            outcomes.append(Outcome.EXISTS if order.orderID in self.stored else Outcome.NEW)
            self.stored[order.orderID] = order
        return outcomes

    def get_all(self, order_ids):
        return [
            Order(
                orderID=order_id,
                status=OrderStatus.STORED,
                placed_by="u-1",
                order={},
                total=None,
                timeline=[],
            )
            for order_id in order_ids
        ]

    def mark_notified(self, order_id, at):
        if self.kill:
            raise Killed
        self.notified.append(order_id)


class Topic:
    def __init__(self):
        self.published = 0

    def publish(self, subject, variants, attributes):
        self.published += 1


def messages(*bodies):
    return [Received(f"m-{n}", "r", body, 0, 1, None) for n, body in enumerate(bodies)]


def announcer(orders, topic, events):
    return Announcer(orders, topic, digest_orders=1, pause_s=0, emit=events.emit, now=now)


CHANGES = [Change("1", "INSERT", {"orderID": "a"})]


def test_what_was_stored_is_told_of_and_what_was_not_is_not():
    orders, events = Orders(), Events()
    failed = Storing(orders, emit=events.emit, now=now).store(messages("good", "bad"))
    assert list(failed) == ["m-1"]
    [event] = events.emitted
    assert event.type == WebhookEventType.ORDER_STORED
    assert event.data["orderID"] == "m-0"


def test_an_order_whose_event_was_not_queued_comes_again_and_is_stored_once():
    orders, events = Orders(), Events(Unavailable("the queue is down"))
    storing = Storing(orders, emit=events.emit, now=now)
    assert sorted(storing.store(messages("one", "two"))) == ["m-0", "m-1"]
    assert storing.store(messages("one", "two")) == {}
    assert len(orders.stored) == 2
    assert len(events.ids) == len(set(events.ids)) == 2


def test_killed_after_storing_the_event_comes_with_the_message():
    orders, events = Orders(), Events(Killed())
    storing = Storing(orders, emit=events.emit, now=now)
    with pytest.raises(Killed):
        storing.store(messages("one"))
    assert storing.store(messages("one")) == {}
    assert len(events.ids) == 1


def test_killed_between_event_and_mark_the_order_is_told_of_again_under_the_same_id():
    orders, topic, events = Orders(), Topic(), Events()
    orders.kill = True
    with pytest.raises(Killed):
        announcer(orders, topic, events).announce(CHANGES)
    orders.kill = False
    assert announcer(orders, topic, events).announce(CHANGES) == []
    assert (topic.published, orders.notified) == (2, ["a"])
    assert len(events.ids) == 2
    assert len(set(events.ids)) == 1


def test_without_its_event_an_order_is_not_marked_and_not_published_twice():
    orders, topic, events = Orders(), Topic(), Events(Unavailable("the queue is down"))
    made = announcer(orders, topic, events)
    assert made.announce(CHANGES) == ["1"]
    assert orders.notified == []
    assert made.announce(CHANGES) == []
    assert (topic.published, orders.notified, len(events.ids)) == (1, ["a"], 1)


# --- Messages --------------------------------------------------------------------------------


@pytest.fixture
def publisher(aws, pauses):
    return Publisher(aws)


def post(publisher, *channels):
    new = NewMessage(content="Hello", channels=list(channels or [Channel.SMS]))
    return publisher.creating.create(new, call_of()).id


def types(publisher):
    return [event.type for event in publisher.emitted]


def test_a_message_is_told_of_once_with_its_deliveries(publisher):
    message_id = post(publisher)
    publisher.deliver_stream()
    publisher.settling.settle(message_id)
    [event] = publisher.emitted
    assert (event.type, event.owner) == (WebhookEventType.MESSAGE_SENT, call_of().principal.id)
    assert event.data["id"] == message_id
    assert [made["status"] for made in event.data["deliveries"]] == ["sent"]
    assert "Hello" not in str(event.data)


@pytest.mark.parametrize(
    ("error_class", "expected"),
    [
        (DeliveryErrorClass.PERMANENT, WebhookEventType.MESSAGE_FAILED),
        (DeliveryErrorClass.UNKNOWN, WebhookEventType.MESSAGE_UNCONFIRMED),
    ],
)
def test_what_does_not_arrive_is_told_of_too(publisher, error_class, expected):
    publisher.channels[Channel.SMS].before = raising(rejection(error_class))
    post(publisher)
    publisher.deliver_stream()
    assert types(publisher) == [expected]


def test_a_message_of_which_a_part_arrives_is_told_of_when_all_have_ended(publisher):
    publisher.channels[Channel.SMS].before = raising(rejection(DeliveryErrorClass.PERMANENT))
    post(publisher, Channel.SMS, Channel.LINKEDIN)
    publisher.deliver_stream()
    assert types(publisher) == [WebhookEventType.MESSAGE_PARTIAL]


def test_killed_between_event_and_settlement_the_next_one_tells_again_under_the_same_id(publisher):
    message_id, store = post(publisher), publisher.store

    def is_killed(seen, status, look_at, at):
        raise Killed

    killed = SimpleNamespace(get=store.get, settle=is_killed)
    object.__setattr__(publisher.delivering, "settling", settling_on(publisher, killed))
    with pytest.raises(Killed):
        publisher.deliver_stream()
    assert publisher.lookup.get(message_id, call_of()).status is not MessageStatus.SENT

    publisher.settling.settle(message_id)  # as the tick does
    assert publisher.lookup.get(message_id, call_of()).status is MessageStatus.SENT
    assert types(publisher) == [WebhookEventType.MESSAGE_SENT] * 2
    assert len({event.id for event in publisher.emitted}) == 1


def test_a_message_whose_event_was_not_queued_is_not_settled(publisher):
    message_id, events = post(publisher), Events(Unavailable("the queue is down"))
    settling = Settling(publisher.store, emit=events.emit, now=publisher.clock.now)
    object.__setattr__(publisher.delivering, "settling", settling)
    with pytest.raises(Unavailable):
        publisher.deliver_stream()
    settling.settle(message_id)
    assert [event.type for event in events.emitted] == [WebhookEventType.MESSAGE_SENT]
    assert publisher.count_live().total() == 1


def settling_on(publisher, store):
    return Settling(store, emit=publisher.emitted.extend, now=publisher.clock.now)
