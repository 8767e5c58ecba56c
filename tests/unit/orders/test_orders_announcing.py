"""Stored orders are told of once: published, then marked; what fails alone comes again."""

from datetime import UTC, datetime

import pytest

from chalicelib.aws.changes import Change
from chalicelib.errors import Unavailable
from chalicelib.orders.announcing import Announcer, MoreWait
from chalicelib.orders.model import Order, OrderStatus

AT = "2026-03-01T12:00:00.000000Z"
DOWN = Unavailable("down")


class Store:
    """The orders by id; `fails` are raised by the next marks, None lets one pass."""

    def __init__(self, *order_ids: str, fails=()) -> None:
        self.orders = {order_id: order(order_id) for order_id in order_ids}
        self.marks: list[tuple[str, str]] = []
        self.reads = 0
        self._fails = list(fails)

    def get_all(self, order_ids):
        self.reads += 1
        return [self.orders[order_id] for order_id in order_ids if order_id in self.orders]

    def mark_notified(self, order_id, at):
        error = self._fails.pop(0) if self._fails else None
        if error is not None:
            raise error
        self.marks.append((order_id, at))
        self.orders[order_id] = order(order_id, OrderStatus.NOTIFIED)

    def pending(self, start=None, stored_by=None):
        self.asked_by = stored_by
        waiting = [item for item, one in self.orders.items() if one.status != OrderStatus.NOTIFIED]
        waiting = [message for message in waiting if start is None or message > start["orderID"]]
        page = waiting[:2]
        return page, {"orderID": page[-1]} if len(waiting) > 2 else None


class Topic:
    """What was published; `fails` as in Store."""

    def __init__(self, *fails) -> None:
        self.subjects: list[str] = []
        self._fails = list(fails)

    def publish(self, subject, variants, attributes):
        error = self._fails.pop(0) if self._fails else None
        if error is not None:
            raise error
        self.subjects.append(subject.removeprefix("New Order Notification "))


def order(order_id, status=OrderStatus.STORED):
    return Order(orderID=order_id, status=status, placed_by="", order={}, total=None, timeline=[])


def announcer(store, topic, digest_orders=1, clock=lambda: 0.0, *, emit=list, sleep=id):
    return Announcer(
        store,
        topic,
        digest_orders=digest_orders,
        pause_s=0.1,
        emit=emit,
        now=lambda: datetime(2026, 3, 1, 12, 0, tzinfo=UTC),
        clock=clock,
        sleep=sleep,
    )


def changes(*order_ids, kind="INSERT"):
    return [Change(str(n), kind, {"orderID": order_id}) for n, order_id in enumerate(order_ids, 1)]


def test_there_is_a_pause_after_each_message():
    """SNS suspends an e-mail subscription that gets more than ten messages a second."""
    pauses = []
    store, topic = Store("a", "b", "c"), Topic()
    announcer(store, topic, 2, sleep=pauses.append).announce(changes("a", "b", "c"))
    assert pauses == [0.1, 0.1]


def test_each_insert_is_told_once_and_marked():
    store, topic = Store("a", "b"), Topic()
    assert announcer(store, topic).announce(changes("a", "b")) == []
    assert topic.subjects == ["a", "b"]
    assert store.marks == [("a", AT), ("b", AT)]
    assert store.reads == 1


@pytest.mark.parametrize("kind", ["MODIFY", "REMOVE"])
def test_only_inserts_are_told(kind):
    store, topic = Store("a"), Topic()
    assert announcer(store, topic).announce(changes("a", kind=kind)) == []
    assert (topic.subjects, store.marks) == ([], [])


def test_records_that_come_again_are_told_once():
    store, topic = Store("a", "b"), Topic()
    one = announcer(store, topic)
    assert one.announce(changes("a", "b", "a", "a")) == []
    assert announcer(store, topic).announce(changes("b", "a")) == []
    assert topic.subjects == ["a", "b"]


def test_an_order_that_is_gone_is_not_told():
    store, topic = Store("b"), Topic()
    assert announcer(store, topic).announce(changes("a", "b")) == []
    assert topic.subjects == ["b"]


def test_an_order_that_cannot_be_told_fails_alone(logged):
    store, topic = Store("a", "b", "c"), Topic(None, ValueError("canary"))
    assert announcer(store, topic).announce(changes("a", "b", "c", "b")) == ["2", "4"]
    assert topic.subjects == ["a", "c"]
    assert [order_id for order_id, _ in store.marks] == ["a", "c"]
    assert '"order_ids": ["b"]' in logged.getvalue()
    assert "canary" not in logged.getvalue()


def test_with_the_topic_down_the_rest_is_left_for_later():
    store, topic = Store("a", "b", "c"), Topic(None, DOWN)
    assert sorted(announcer(store, topic).announce(changes("a", "b", "c"))) == ["2", "3"]
    assert topic.subjects == ["a"]


def test_an_order_that_was_told_and_not_marked_is_only_marked_when_it_comes_again():
    store, topic = Store("a", "b", fails=[DOWN, DOWN]), Topic()
    one = announcer(store, topic)
    assert sorted(one.announce(changes("a", "b"))) == ["1", "2"]
    assert sorted(one.announce(changes("a", "b"))) == ["1", "2"]
    assert one.announce(changes("a", "b")) == []
    assert topic.subjects == ["a", "b"]
    assert store.marks == [("a", AT), ("b", AT)]


def test_without_marks_nothing_more_is_told():
    store, topic = Store("a", "b", fails=[DOWN]), Topic()
    announcer(store, topic).announce(changes("a", "b"))
    assert topic.subjects == ["a"]


def test_another_process_tells_once_more_what_was_told_and_not_marked():
    store, topic = Store("a", fails=[DOWN]), Topic()
    announcer(store, topic).announce(changes("a"))
    assert announcer(store, topic).announce(changes("a")) == []
    assert announcer(store, topic).announce(changes("a")) == []
    assert topic.subjects == ["a", "a"]


def test_when_orders_cannot_be_read_none_is_told():
    class Unreadable(Store):
        def get_all(self, order_ids):
            raise DOWN

    topic = Topic()
    with pytest.raises(Unavailable):
        announcer(Unreadable(), topic).announce(changes("a"))
    assert topic.subjects == []


# --- Digests --------------------------------------------------------------------------------------


def test_a_digest_tells_of_so_many_orders_at_once():
    store, topic = Store(*"abcde"), Topic()
    assert announcer(store, topic, digest_orders=3).announce(changes(*"abcde")) == []
    assert topic.subjects == ["3 orders", "2 orders"]
    assert [order_id for order_id, _ in store.marks] == list("abcde")


def test_a_digest_that_fails_leaves_its_orders_for_later():
    store, topic = Store(*"abcd"), Topic(ValueError())
    failed = announcer(store, topic, digest_orders=2).announce(changes(*"abcd"))
    assert sorted(failed) == ["1", "2"]
    assert topic.subjects == ["2 orders"]


def test_of_a_digest_only_what_was_not_told_is_told_again():
    store, topic = Store("a", "b", fails=[None, DOWN]), Topic()
    one = announcer(store, topic, digest_orders=3)
    one.announce(changes("a", "b"))
    store.orders["c"] = order("c")
    assert one.announce(changes("b", "c")) == []
    assert topic.subjects == ["2 orders", "c"]


# --- What waits -----------------------------------------------------------------------------------


def test_all_orders_that_wait_are_told_page_by_page():
    store, topic = Store(*"abcde"), Topic()
    store.orders["b"] = order("b", OrderStatus.NOTIFIED)
    assert announcer(store, topic).announce_pending() == 4
    assert topic.subjects == ["a", "c", "d", "e"]


def test_with_nothing_waiting_nothing_is_told():
    assert announcer(Store(), Topic()).announce_pending() == 0


def test_what_could_not_be_told_is_said_after_all_others_were():
    store, topic = Store(*"abc"), Topic(ValueError())
    with pytest.raises(Unavailable, match="1 orders"):
        announcer(store, topic).announce_pending()
    assert topic.subjects == ["b", "c"]


def test_what_takes_too_long_is_cut_between_pages_and_goes_on_when_asked_again():
    store, topic = Store(*"abcde"), Topic()
    seconds = iter([0.0, 5.0, 11.0, 0.0, 0.0])
    one = announcer(store, topic, clock=lambda: next(seconds))
    with pytest.raises(MoreWait, match="4 orders were announced and more wait"):
        one.announce_pending()
    assert one.announce_pending() == 1
    assert topic.subjects == list("abcde")


def test_what_failed_is_said_although_the_time_was_up_too():
    seconds = iter([0.0, 11.0])
    one = announcer(Store(*"abc"), Topic(ValueError()), clock=lambda: next(seconds))
    with pytest.raises(Unavailable, match="1 orders could not be announced"):
        one.announce_pending()


def test_what_waits_may_be_asked_for_by_the_time_it_was_stored():
    store, then = Store("a"), datetime(2026, 3, 1, tzinfo=UTC)
    announcer(store, Topic()).announce_pending(then)
    assert store.asked_by == then
