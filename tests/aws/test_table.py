"""One DynamoDB table on moto: items keep their values, conditions and failures their names."""

import json
from decimal import Decimal

import pytest
from botocore.exceptions import ClientError
from support.failpoints import (
    access_denied,
    always,
    cancelled,
    failpoint,
    failpoints,
    lost_response,
    server_error,
    throttled,
    timed_out,
)

from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.aws.transactions import Put, transact
from chalicelib.errors import TooLarge, Unavailable

NAME = "OmniData-test"
ABSENT = Condition("attribute_not_exists(user_id)")


@pytest.fixture
def client(aws, pauses):
    return aws.client("dynamodb")


@pytest.fixture
def table(client):
    return Table(client, NAME)


def put(user_id, **more):
    return Put(NAME, {"user_id": user_id, **more}, ABSENT)


def test_an_item_comes_back_as_it_was_put(table):
    item = {
        "user_id": "a",
        "text": "é😀",
        "empty": "",
        "none": None,
        "yes": True,
        "whole": 12345678901234567890123456789012345678,
        "part": Decimal("0.1"),
        "list": [1, [None, {"a": []}]],
        "map": {"b": False, "c": {}},
    }
    table.put(item)
    assert table.get({"user_id": "a"}) == item


def test_what_is_not_there_is_none(table):
    assert table.get({"user_id": "a"}) is None


def test_a_failed_condition_shows_what_is_stored_and_changes_nothing(table):
    table.put({"user_id": "a", "n": 1})
    with pytest.raises(ConditionFailed) as failed:
        table.put({"user_id": "a", "n": 2}, ABSENT)
    assert failed.value.existing == {"user_id": "a", "n": 1}
    assert table.get({"user_id": "a"}) == {"user_id": "a", "n": 1}


def test_deleting_what_is_not_there_says_so(table):
    with pytest.raises(ConditionFailed) as failed:
        table.delete({"user_id": "a"}, Condition("attribute_exists(user_id)"))
    assert failed.value.existing is None


def test_a_condition_takes_names_and_values(table):
    table.put({"user_id": "a", "n": 1})
    condition = Condition("#n = :n", {"#n": "n"}, {":n": 1})
    table.delete({"user_id": "a"}, condition)
    assert table.get({"user_id": "a"}) is None


def test_pages_follow_each_other_to_the_end(table):
    for number in range(5):
        table.put({"user_id": str(number)})
    first = table.scan(3)
    second = table.scan(3, first.last_key)
    assert [len(first.items), len(second.items), second.last_key] == [3, 2, None]
    assert {item["user_id"] for item in first.items + second.items} == set("01234")


def test_a_partition_is_read_whole_over_its_pages(aws):
    table = Table(aws.client("dynamodb"), "OmniState-test")
    for number in range(8):
        table.put({"pk": "P", "sk": str(number), "filler": "x" * 300_000})
    table.put({"pk": "Q", "sk": "0"})
    assert [item["sk"] for item in table.query("pk", "P")] == list("01234567")


def test_a_counter_starts_at_zero(table):
    table.add({"user_id": "a"}, "count", 2)
    table.add({"user_id": "a"}, "count", 3)
    assert table.get({"user_id": "a"}) == {"user_id": "a", "count": 5}


def test_an_item_beyond_400_kb_is_too_large(table):
    with pytest.raises(TooLarge):
        table.put({"user_id": "a", "x": "y" * 410_000})
    assert table.get({"user_id": "a"}) is None


def test_a_transaction_writes_all_or_nothing_and_says_why(client, table):
    assert transact(client, [put("a"), put("b")]) == []
    assert transact(client, [put("c"), put("b")]) == ["None", "ConditionalCheckFailed"]
    assert table.get({"user_id": "c"}) is None


@pytest.mark.parametrize("code", ["TransactionConflict", "ThrottlingError"])
def test_a_transaction_that_met_another_is_tried_again(client, table, code):
    pauses = []
    met = cancelled("None", code)
    with failpoint(client, "TransactWriteItems", met, met) as point:
        assert transact(client, [put("a"), put("b")], pause=pauses.append) == []
    assert point.attempts == 3
    assert len(pauses) == 2
    assert all(0 <= pause_s <= 0.4 for pause_s in pauses)
    assert table.get({"user_id": "a"}) == {"user_id": "a"}


def test_a_transaction_that_meets_others_for_good_is_unavailable(client, table):
    with (
        failpoints(client, "TransactWriteItems", always(cancelled("TransactionConflict"))) as point,
        pytest.raises(Unavailable),
    ):
        transact(client, [put("a")], pause=lambda _: None)
    assert point.attempts == 5
    assert table.get({"user_id": "a"}) is None


def test_a_failed_condition_beside_a_conflict_is_the_answer(client):
    with failpoint(
        client, "TransactWriteItems", cancelled("ConditionalCheckFailed", "TransactionConflict")
    ):
        found = transact(client, [put("a"), put("b")], pause=lambda _: None)
    assert found == ["ConditionalCheckFailed", "TransactionConflict"]


CALLS = {
    "GetItem": lambda table: table.get({"user_id": "a"}),
    "PutItem": lambda table: table.put({"user_id": "a"}),
    "DeleteItem": lambda table: table.delete({"user_id": "a"}, Condition("attribute_exists(x)")),
    "UpdateItem": lambda table: table.add({"user_id": "a"}, "n", 1),
    "Scan": lambda table: table.scan(1),
    "Query": lambda table: table.query("user_id", "a"),
    "TransactWriteItems": lambda table: transact(table.client, [put("a")]),
}


@pytest.mark.parametrize("fault", [throttled, server_error, timed_out], ids=["400", "500", "none"])
@pytest.mark.parametrize("operation", CALLS)
def test_trouble_for_good_is_unavailable_after_three_attempts(client, table, operation, fault):
    with failpoints(client, operation, always(fault)) as point, pytest.raises(Unavailable):
        CALLS[operation](table)
    assert point.attempts == 3


@pytest.mark.parametrize("operation", CALLS)
def test_what_is_not_transient_is_a_defect_and_passes_unchanged(client, table, operation):
    with failpoint(client, operation, access_denied) as point, pytest.raises(ClientError):
        CALLS[operation](table)
    assert point.attempts == 1


def test_a_put_whose_answer_was_lost_finds_its_own_item(client, table):
    with failpoint(client, "PutItem", lost_response), pytest.raises(ConditionFailed) as failed:
        table.put({"user_id": "a", "n": 1}, ABSENT)
    assert failed.value.existing == {"user_id": "a", "n": 1}


def test_a_read_asks_for_the_last_acknowledged_write(client, table):
    asked = []

    def read(_, request):
        asked.append(json.loads(request.body))

    with failpoint(client, "GetItem", read):
        table.get({"user_id": "a"})
    assert asked == [
        {"TableName": NAME, "Key": {"user_id": {"S": "a"}}, "ConsistentRead": True},
    ]


def test_counters_are_added_to_at_once_and_values_set(table):
    assert table.add_all({"user_id": "a"}, {"07I": 2, "size": 1}, {"name": "x"}) is False
    assert table.add_all({"user_id": "a"}, {"07I": 3}, {"name": "y", "list": []}) is False
    assert table.get({"user_id": "a"}) == {
        "user_id": "a",
        "07I": 5,
        "size": 1,
        "name": "y",
        "list": [],
    }


def test_a_retry_that_may_have_added_twice_says_so(client, table):
    with failpoint(client, "UpdateItem", lost_response):
        assert table.add_all({"user_id": "a"}, {"n": 2}) is True
    assert table.get({"user_id": "a"}) == {"user_id": "a", "n": 4}
