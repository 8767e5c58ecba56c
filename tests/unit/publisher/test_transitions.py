"""How a message follows from its deliveries, and how long attempts wait."""

import itertools

import pytest

from chalicelib.publisher.model import MessageDeliveryStatus
from chalicelib.publisher.transitions import MAX_ATTEMPTS, derive, look_again_s, pause_s

ALONE = {
    "pending": "queued",
    "sending": "sending",
    "processing": "sending",
    "retry": "sending",
    "sent": "sent",
    "unconfirmed": "unconfirmed",
    "failed": "failed",
    "cancelled": "cancelled",
}
OPEN = {"pending", "sending", "processing", "retry"}


@pytest.mark.parametrize("status", MessageDeliveryStatus)
def test_deliveries_that_agree_say_what_the_message_is(status):
    assert derive([status]) == derive([status, status]) == ALONE[status]


@pytest.mark.parametrize(
    ("first", "second"), list(itertools.permutations(MessageDeliveryStatus, 2)), ids="-".join
)
def test_of_two_that_differ_an_open_one_keeps_it_sending_and_else_it_is_partial(first, second):
    expected = "sending" if {first, second} & OPEN else "partial"
    assert derive([first, second]) == expected


def test_one_open_delivery_among_many_keeps_the_message_open():
    assert derive(["sent", "failed", "cancelled", "unconfirmed", "retry"]) == "sending"


@pytest.mark.parametrize(
    ("attempts", "shortest", "longest"),
    [(1, 7.5, 15), (2, 15, 30), (3, 30, 60), (8, 900, 1800), (MAX_ATTEMPTS, 900, 1800)],
)
def test_attempts_wait_longer_and_longer_up_to_half_an_hour(attempts, shortest, longest):
    assert pause_s(attempts, lambda: 0.0) == shortest
    assert pause_s(attempts, lambda: 1.0) == longest


def test_the_tick_looks_less_and_less_often():
    assert [look_again_s(looks) for looks in (0, 1, 2, 3, 4, 1000)] == [60, 120, 240, 480, 900, 900]
