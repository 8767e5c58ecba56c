"""Why an order that is still queued was not stored, for its owner and operators."""

from datetime import timedelta

import pytest
from support.failpoints import always, failpoints, server_error

import app as functions
from chalicelib import times
from chalicelib.aws import API, EXTRA
from chalicelib.aws.last_failures import LastFailures
from chalicelib.aws.queue import Received


@pytest.fixture
def user(callers):
    return callers.user()


@pytest.fixture
def order(user):
    """An order in the queue."""
    _, accepted = user.send("POST", "/orders", {"a": 1})
    return user.send("GET", f"/orders/{accepted['orderID']}")[1]


def fail(order, attempt, *, ago=timedelta()):
    """What the handler notes of its message."""
    table = functions.wiring.state_table(API)
    failures = LastFailures(table, mask=str, now=lambda: times.now() - ago)
    message = Received(order["message_id"], "r", "{}", 0, attempt, None)
    failures.note("orders", "store_orders", message, ValueError("no orderID"))


def failure(user, order):
    status, found = user.send("GET", f"/orders/{order['orderID']}")
    assert (status, found["status"]) == (200, "queued")
    return found["failure"]


@pytest.mark.parametrize(("attempt", "is_final"), [(1, False), (4, False), (5, True)])
def test_a_queued_order_says_why_it_failed_and_whether_it_is_given_up(
    user, order, attempt, is_final
):
    assert order["failure"] is None
    fail(order, attempt)
    found = failure(user, order)
    assert found.pop("at").endswith("Z")
    assert found == {
        "code": "ValueError",
        "message": "no orderID",
        "attempts": attempt,
        "is_final": is_final,
    }


def test_it_is_for_who_placed_the_order_and_for_operators(callers, user, order):
    fail(order, 5)
    assert failure(callers.operator(), order)["is_final"] is True
    assert callers.user("u-2").send("GET", f"/orders/{order['orderID']}")[0] == 404


def test_what_expired_is_not_shown(user, order):
    fail(order, 5, ago=timedelta(days=15))
    assert failure(user, order) is None


def test_an_order_is_found_while_its_failure_cannot_be_read(user, order, aws, logged):
    fail(order, 5)
    with failpoints(aws.client("dynamodb", EXTRA), "GetItem", always(server_error)):
        assert failure(user, order) is None
    assert "a failure could not be read" in logged.getvalue()


def test_a_stored_order_has_no_failure_any_more(user, order, aws):
    fail(order, 5)
    item = {"orderID": {"S": order["orderID"]}, "placed_by": {"S": "u-1"}, "order": {"S": "x"}}
    aws.client("dynamodb").put_item(TableName="orders-test", Item=item)
    assert user.send("GET", f"/orders/{order['orderID']}")[1]["failure"] is None
