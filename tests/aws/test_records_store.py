"""Records in their table: one item a user, bookkeeping apart, every write conditional."""

import pytest
from support.failpoints import before, failpoint, lost_response

from chalicelib.aws.state import State
from chalicelib.aws.table import Condition, Table
from chalicelib.errors import Unavailable
from chalicelib.records.model import Record
from chalicelib.records.store import KeyAlreadyUsed, RecordStore

ANYTHING = Condition("attribute_exists(user_id)")


def record(version=1, **content):
    return Record(
        user_id="a",
        content={"user_id": "a", **content},
        created_by="u-1",
        created_at="2026-01-31T09:30:00Z",
        updated_at="2026-01-31T09:30:00Z",
        version=version,
    )


@pytest.fixture
def client(aws, pauses):
    return aws.client("dynamodb")


@pytest.fixture
def table(client):
    return Table(client, "OmniData-test")


@pytest.fixture
def store(client, table):
    return RecordStore(client, table)


@pytest.fixture
def marker(client):
    return State(Table(client, "OmniState-test")).idempotency_put("u-1", "stream", "k", "f")


def test_a_record_is_one_item_with_its_bookkeeping_apart(store, table):
    assert store.create(record(x=1), None) is None
    assert table.get({"user_id": "a"}) == {
        "user_id": "a",
        "x": 1,
        "_omni": {
            "created_by": "u-1",
            "created_at": "2026-01-31T09:30:00Z",
            "updated_at": "2026-01-31T09:30:00Z",
            "version": 1,
        },
    }
    assert store.get("a") == record(x=1)


@pytest.mark.parametrize("with_marker", [True, False])
def test_a_create_never_overwrites_and_answers_what_stands(store, marker, with_marker):
    store.create(record(x=1), None)
    assert store.create(record(x=2), marker if with_marker else None) == record(x=1)
    assert store.get("a") == record(x=1)


def test_a_create_and_its_marker_are_written_together_or_not_at_all(store, table, marker):
    store.create(record(x=1), marker)
    with pytest.raises(KeyAlreadyUsed):
        store.create(record(x=1), marker)
    table.delete({"user_id": "a"}, ANYTHING)
    with pytest.raises(KeyAlreadyUsed):
        store.create(record(x=1), marker)
    assert store.get("a") is None


def test_a_record_deleted_while_it_stood_in_the_way_leaves_nothing_written(
    store, client, table, marker
):
    store.create(record(x=1), None)
    gone = before(lambda: table.delete({"user_id": "a"}, ANYTHING))
    with failpoint(client, "GetItem", gone), pytest.raises(Unavailable):
        store.create(record(x=2), marker)
    assert store.get("a") is None
    assert store.create(record(x=2), marker) is None


def test_a_replacement_needs_the_version_before_it(store):
    store.create(record(), None)
    assert store.replace(record(2, x=1))
    assert not store.replace(record(2, x=2))
    assert not store.replace(record(4, x=2))
    assert store.get("a") == record(2, x=1)


def test_a_replacement_does_not_bring_a_deleted_record_back(store):
    store.create(record(), None)
    store.delete(record())
    assert not store.replace(record(2))
    assert store.get("a") is None


def test_a_replacement_whose_answer_was_lost_counts_as_written(store, client):
    store.create(record(), None)
    with failpoint(client, "PutItem", lost_response) as point:
        assert store.replace(record(2, x=[1, {"y": None}]))
    assert point.attempts == 2
    assert store.get("a") == record(2, x=[1, {"y": None}])


def test_a_delete_needs_its_version_and_is_done_when_nothing_is_there(store):
    store.create(record(), None)
    assert not store.delete(record(2))
    assert store.get("a") == record()
    assert store.delete(record())
    assert store.delete(record())


def test_a_delete_whose_answer_was_lost_counts_as_deleted(store, client):
    store.create(record(), None)
    with failpoint(client, "DeleteItem", lost_response) as point:
        assert store.delete(record())
    assert point.attempts == 2


def test_an_item_of_another_tool_has_no_owner_and_can_be_replaced_and_deleted(store, table):
    table.put({"user_id": "a", "x": 1})
    found = store.get("a")
    assert (found.created_by, found.version, found.content) == ("", 0, {"user_id": "a", "x": 1})
    assert store.replace(record(1, x=2))
    assert store.get("a") == record(1, x=2)
    table.put({"user_id": "a", "x": 1})
    assert store.delete(store.get("a"))
    assert store.get("a") is None
