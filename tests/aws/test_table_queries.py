"""Ranges of a table and of its indexes, page by page, and updates on a condition."""

import pytest
from support.failpoints import always, failpoint, failpoints, lost_response, throttled

from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.errors import Unavailable

ACME = Condition("tenant_id = :t", values={":t": "acme"})


@pytest.fixture
def client(aws, pauses):
    return aws.client("dynamodb")


@pytest.fixture
def logs(client):
    table = Table(client, "MultiTenantLogs-test")
    for n in range(5):
        table.put({"tenant_id": "acme", "sk": f"{n}", "even": n % 2 == 0})
    table.put({"tenant_id": "other", "sk": "0", "even": True})
    return table


@pytest.fixture
def orders(client):
    return Table(client, "orders-test")


def keys(page):
    return [item["sk"] for item in page.items]


def test_a_page_goes_on_where_the_last_one_ended(logs):
    first = logs.query_page(ACME, limit=2)
    second = logs.query_page(ACME, limit=2, start=first.last_key)
    third = logs.query_page(ACME, limit=2, start=second.last_key)
    assert [keys(item) for item in (first, second, third)] == [["0", "1"], ["2", "3"], ["4"]]
    assert third.last_key is None


def test_a_range_is_read_backward_too(logs):
    within = Condition(
        "tenant_id = :t AND #s BETWEEN :a AND :b",
        {"#s": "sk"},
        {":t": "acme", ":a": "1", ":b": "3"},
    )
    assert keys(logs.query_page(within)) == ["1", "2", "3"]
    assert keys(logs.query_page(within, forward=False, limit=2)) == ["3", "2"]


def test_a_limit_counts_what_was_read_before_the_rest_was_left_out(logs):
    even = Condition("#e = :e", {"#e": "even"}, {":e": True})
    page = logs.query_page(ACME, limit=3, matching=even)
    assert keys(page) == ["0", "2"]
    assert page.last_key == {"tenant_id": "acme", "sk": "2"}


def test_a_page_may_be_empty_and_not_the_last(logs):
    none = Condition("#e = :e", {"#e": "even"}, {":e": "never"})
    page = logs.query_page(ACME, limit=2, matching=none)
    assert page.items == []
    assert page.last_key is not None


def test_an_index_holds_only_what_has_its_keys(orders):
    orders.put({"orderID": "a", "announcement": "pending", "queued_at": "2"})
    orders.put({"orderID": "b", "queued_at": "1"})
    orders.put({"orderID": "c", "announcement": "pending", "queued_at": "1"})
    waiting = Condition("announcement = :p", values={":p": "pending"})
    page = orders.query_page(waiting, index="by-announcement", limit=1)
    assert [item["orderID"] for item in page.items] == ["c"]
    assert page.last_key == {"orderID": "c", "announcement": "pending", "queued_at": "1"}
    rest = orders.query_page(waiting, index="by-announcement", start=page.last_key)
    assert [item["orderID"] for item in rest.items] == ["a"]


def test_a_database_that_throttles_for_good_is_unavailable(client, logs):
    with failpoints(client, "Query", always(throttled)), pytest.raises(Unavailable):
        logs.query_page(ACME)


# --- Updates --------------------------------------------------------------------------------------


def set_n(value):
    return Condition("SET n = :n", values={":n": value})


def test_an_update_answers_the_item_as_it_is_then(orders):
    orders.put({"orderID": "a", "x": 1})
    assert orders.update({"orderID": "a"}, set_n(2)) == {"orderID": "a", "x": 1, "n": 2}
    assert orders.get({"orderID": "a"}) == {"orderID": "a", "x": 1, "n": 2}


def test_an_update_makes_what_is_not_there(orders):
    assert orders.update({"orderID": "a"}, set_n(2)) == {"orderID": "a", "n": 2}


def test_an_update_whose_condition_fails_shows_what_is_stored(orders):
    unless_there = Condition("attribute_not_exists(#n)", {"#n": "n"})
    with pytest.raises(ConditionFailed) as failed:
        orders.update({"orderID": "a"}, set_n(1), Condition("attribute_exists(orderID)"))
    assert failed.value.existing is None
    orders.update({"orderID": "a"}, set_n(1), unless_there)
    with pytest.raises(ConditionFailed) as failed:
        orders.update({"orderID": "a"}, set_n(2), unless_there)
    assert failed.value.existing == {"orderID": "a", "n": 1}


def test_an_update_whose_answer_was_lost_meets_itself(client, orders):
    unless_there = Condition("attribute_not_exists(#n)", {"#n": "n"})
    with failpoint(client, "UpdateItem", lost_response), pytest.raises(ConditionFailed) as failed:
        orders.update({"orderID": "a"}, set_n(1), unless_there)
    assert failed.value.existing == {"orderID": "a", "n": 1}
