"""What the emulator saves: all of every service, and nothing in place of what it has lost."""

import copy
import json

import pytest
from ministack.services import dynamodb

from infra.local.emulator import saving
from infra.local.emulator.copies import Copies
from infra.local.emulator.saved_state import find_damage, read_manifest, write_copy

TABLE = "saved"
ITEM = {
    "pk": {"S": "ключ 😀\x00"},
    "number": {"N": "1.50"},
    "bytes": {"B": "AAEC"},
    "nested": {"M": {"list": {"L": [{"NULL": True}, {"BOOL": False}, {"SS": ["a", "b"]}]}}},
    "empty": {"M": {}},
}


@pytest.fixture
def table():
    """A table with an index and items, in this process's own emulator."""
    dynamodb._create_table(
        {
            "TableName": TABLE,
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
            "BillingMode": "PAY_PER_REQUEST",
        }
    )
    for number in range(10):
        dynamodb._put_item({"TableName": TABLE, "Item": {**ITEM, "pk": {"S": f"p{number}"}}})
    dynamodb._put_item({"TableName": TABLE, "Item": ITEM})
    yield dynamodb._tables[TABLE]
    dynamodb._delete_table({"TableName": TABLE})


@pytest.fixture
def copies(tmp_path, monkeypatch) -> Copies:
    found = Copies(tmp_path / "emulator")
    monkeypatch.setenv("STATE_DIR", str(found.current))
    return found


def test_what_is_saved_without_a_copy_is_what_the_emulator_would_save(table):
    copied = saving.encode("dynamodb", dynamodb.get_state())
    with saving.uncopied_tables():
        state = dynamodb.get_state()
        uncopied = saving.encode("dynamodb", state)

    assert uncopied == copied
    assert '"N": "1.5"' in uncopied
    items = {id(table["items"]) for table in state["tables"]._data.values()}
    assert id(table["items"]) in items  # the table itself: nothing was copied
    assert dynamodb.copy is copy


def test_while_tables_are_saved_expired_items_wait(table):
    with saving.uncopied_tables():
        assert dynamodb._lock.locked()
    assert not dynamodb._lock.locked()


def test_a_save_is_whole_and_takes_the_place_of_the_one_before(table, copies):
    copies.live_objects.mkdir(parents=True)
    (copies.live_objects / "object").write_bytes(b"of then")
    saving.save({"dynamodb": dynamodb.get_state, "sqs": lambda: None})

    manifest = read_manifest(copies.current)
    assert find_damage(copies.current) is None
    assert (manifest.counts, list(manifest.digests)) == ({"tables": 1}, ["dynamodb.json"])
    assert not copies.draft.exists()
    assert (copies.current / "objects" / "object").read_bytes() == b"of then"

    saving.save({"sns": lambda: {"topics": 1}})
    assert sorted(read_manifest(copies.current).digests) == ["dynamodb.json", "sns.json"]
    assert find_damage(copies.current) is None


@pytest.mark.parametrize(
    "get_state", [lambda: {"cannot be": object()}, lambda: {}["missing"], lambda: 1 / 0]
)
def test_a_service_that_cannot_be_saved_leaves_all_as_it_was(get_state, table, copies, caplog):
    saving.save({"dynamodb": dynamodb.get_state})
    before = json.loads((copies.current / "saved.json").read_text())

    saving.save({"dynamodb": dynamodb.get_state, "sns": get_state})

    assert json.loads((copies.current / "saved.json").read_text()) == before
    assert "the state was not saved" in caplog.text


def test_tables_that_are_gone_are_not_saved_over_those_that_were(copies, caplog):
    copies.current.mkdir(parents=True)
    write_copy(copies.current, {"dynamodb.json": "{}"}, {"tables": 3, "queues": 0})
    before = read_manifest(copies.current)

    saving.save({"dynamodb": dynamodb.get_state})

    assert read_manifest(copies.current) == before
    assert "all tables are gone; the latest save is kept" in caplog.text


def test_a_first_save_may_be_empty(copies):
    saving.save({"dynamodb": dynamodb.get_state})

    assert read_manifest(copies.current).counts == {"tables": 0}
