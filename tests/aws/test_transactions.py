"""Every kind of action of a transaction, and that one refusal undoes all of them."""

import pytest

from chalicelib.aws.table import Condition, Table
from chalicelib.aws.transactions import Check, Delete, Put, Update, transact

NAME = "OmniState-test"
IS_NEW = Condition("#s = :new", {"#s": "status"}, {":new": "new"})


@pytest.fixture
def table(aws):
    table = Table(aws.client("dynamodb"), NAME)
    for sk in ("a", "b", "c"):
        table.put({"pk": "p", "sk": sk, "status": "new"})
    return table


def key(sk):
    return {"pk": "p", "sk": sk}


def stored(table):
    return {item["sk"]: item.get("status") for item in table.query("pk", "p")}


def sold(sk, condition=None):
    return Update(
        NAME, key(sk), Condition("SET #s = :sold", {"#s": "status"}, {":sold": "sold"}), condition
    )


def test_all_kinds_of_actions_are_written_together(table):
    actions = [
        sold("a", IS_NEW),
        Delete(NAME, key("b"), IS_NEW),
        Check(NAME, key("c"), IS_NEW),
        Put(NAME, {**key("d"), "status": "new"}),
    ]
    assert transact(table.client, actions) == []
    assert stored(table) == {"a": "sold", "c": "new", "d": "new"}


@pytest.mark.parametrize(
    ("refused", "position"),
    [
        (sold("x", IS_NEW), 0),
        (Delete(NAME, key("x"), IS_NEW), 1),
        (Check(NAME, key("x"), IS_NEW), 2),
    ],
)
def test_one_action_that_is_refused_undoes_all_and_is_named(table, refused, position):
    actions = [sold("a"), Delete(NAME, key("b")), Put(NAME, key("d"))]
    actions.insert(position, refused)
    codes = ["None"] * 4
    codes[position] = "ConditionalCheckFailed"
    assert transact(table.client, actions) == codes
    assert stored(table) == {"a": "new", "b": "new", "c": "new"}


def test_an_update_makes_an_item_that_does_not_exist(table):
    assert transact(table.client, [sold("e")]) == []
    assert stored(table)["e"] == "sold"
