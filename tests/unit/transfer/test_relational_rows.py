"""Items as rows of tables and back: whatever an item holds, it comes back as it was."""

import base64
import copy
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.publisher.model import Suppression
from chalicelib.publisher.series.stored import StoredSeries
from chalicelib.publisher.stored import StoredDelivery, StoredMessage
from chalicelib.publisher.stored_certificate import StoredCertification
from chalicelib.publisher.templates.stored import StoredTemplate
from chalicelib.publisher.uploads import StoredMedia
from infra.transfer import kinds
from infra.transfer.relational import ddl, types
from infra.transfer.relational.columns import CONTENT
from infra.transfer.relational.rows import from_row, join_order, split_order, to_line_rows, to_row
from infra.transfer.relational.schema import ORDER_LINES, RELATIONS

TABLES = {relation.name: relation for relation in RELATIONS}
TIMES = (
    "2026-11-28T10:00:00Z",
    "2026-11-28T10:00:00.000000Z",
    "2026-11-28T10:00:00.120000Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
    "2026-02-30T10:00:00Z",
    "2026-11-28T10:00:00+01:00",
    "2026-11-28",
    "2026-13-01",
)
NUMBERS = ("0", "-0", "1.50", "-12", "007", "1E+100", "9" * 38, "0." + "0" * 37 + "1", "9" * 18)

texts = st.one_of(
    st.text(max_size=8), st.sampled_from((*TIMES, "", "a\0b", "\\N", 'q"\\', "\t\n")), st.just("t")
)
scalars = st.one_of(
    st.builds(lambda text: {"S": text}, texts),
    st.builds(lambda text: {"N": text}, st.sampled_from(NUMBERS)),
    st.builds(lambda flag: {"BOOL": flag}, st.booleans()),
    st.just({"NULL": True}),
    st.builds(lambda data: {"B": base64.b64encode(data).decode()}, st.binary(max_size=4)),
    st.just({"SS": ["a", "b\0"]}),
    st.just({"NS": ["1", "2.5"]}),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.builds(lambda members: {"L": members}, st.lists(inner, max_size=3)),
        st.builds(lambda members: {"M": members}, st.dictionaries(texts, inner, max_size=3)),
    ),
    max_leaves=6,
)


def keys_of(relation):
    """The attributes that an item of this table always has."""
    fixed = {"PK": "MSG#m-1", "SK": "CHANNEL#email#01", "pk": "AUDIT"}
    paths = [column.path[0] for column in relation.columns if column.name in relation.key]
    found = {path: {"S": fixed.get(path, "key-1")} for path in paths}
    if relation.name not in ("message_channels", "history") and "PK" in found:
        prefix = next(c.type.from_text("")["S"] for c in relation.columns if c.path == ("PK",))
        found["PK"] = {"S": f"{prefix}m-1"}
    return found


def as_read(relation, row):
    """A row as PostgreSQL gives it back: arrays are written in its own form, and read as JSON."""
    arrays = [column.name for column in relation.columns if column.type is types.TEXTS]
    return row | {name: to_json_array(row[name]) for name in arrays if row[name] is not None}


def to_json_array(literal):
    members = re.findall(r'"((?:[^"\\]|\\.)*)"', literal, re.DOTALL)
    return json.dumps([re.sub(r"\\(.)", r"\1", member, flags=re.DOTALL) for member in members])


@pytest.mark.parametrize("members", [[], ["t"], ["", 'a "b" \\ c', "{}", ",", "NULL", "\n"]])
def test_an_array_of_texts_comes_back(members):
    item = {**keys_of(TABLES["users"]), "groups": {"L": [{"S": member} for member in members]}}
    row = to_row(TABLES["users"], item)
    assert row["rest"] is None
    assert from_row(TABLES["users"], as_read(TABLES["users"], row)) == item


@pytest.mark.parametrize("name", [relation.name for relation in RELATIONS if relation.kind])
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_any_item_comes_back_from_its_row(name, data):
    relation = TABLES[name]
    places = [column.path for column in relation.columns if column.path]
    attributes = ["id", "name", "SK", "order", "_omni", "odd\t", *(path[0] for path in places)]
    item = data.draw(st.dictionaries(st.sampled_from(attributes), values, max_size=6))
    if name == "records" and data.draw(st.booleans()):
        inner = st.sampled_from(["created_by", "created_at", "version", "more"])
        item["_omni"] = {"M": data.draw(st.dictionaries(inner, values, max_size=3))}
    item |= keys_of(relation)
    row = to_row(relation, copy.deepcopy(item))
    assert all(row[column] is not None for column in relation.key)
    assert "\0" not in "".join(text or "" for text in row.values())
    assert from_row(relation, as_read(relation, row)) == item


@settings(max_examples=30, deadline=None)
@given(lines=st.lists(st.dictionaries(st.sampled_from(["sku", "quantity", "note", "x"]), values)))
def test_the_lines_of_an_order_are_rows_of_their_own(lines):
    order = {
        "orderID": {"S": "o-1"},
        "order": {"M": {"gift": {"BOOL": True}, "lines": {"L": [{"M": line} for line in lines]}}},
    }
    others, found = split_order(copy.deepcopy(order))
    rows = to_line_rows("o-1", found)
    assert [row["line"] for row in rows] == [str(number + 1) for number in range(len(lines))]
    back = from_row(TABLES["orders"], to_row(TABLES["orders"], others))
    assert join_order(back, [from_row(ORDER_LINES, row) for row in rows]) == order


@pytest.mark.parametrize("content", [{"S": "a text"}, {"M": {"lines": {"S": "none"}}}, {"L": []}])
def test_an_order_without_lines_has_none(content):
    order = {"orderID": {"S": "o-1"}, "order": content}
    assert split_order(order) == (order, None)


def test_usual_values_have_columns_and_nothing_is_left_for_rest():
    message = {
        "PK": {"S": "MSG#m-1"},
        "SK": {"S": "METADATA"},
        "id": {"S": "m-1"},
        "user": {"S": "ada"},
        "status": {"S": "sent"},
        "channels": {"L": [{"S": "email"}, {"S": 'a "b" \\ c'}]},
        "due_at": {"S": "2026-11-28T10:00:00Z"},
        "rev": {"N": "3"},
        "overrides": {"M": {"email": {"M": {"content": {"S": "ä"}}}}},
        "subject": {"NULL": True},
    }
    row = to_row(TABLES["messages"], message)
    assert {name: row[name] for name in ("id", "owner", "status", "rev", "subject")} == {
        "id": "m-1",
        "owner": "ada",
        "status": "sent",
        "rev": "3",
        "subject": None,
    }
    assert row["due_at"] == "2026-11-28T10:00:00Z"
    assert row["channels"] == '{"email","a \\"b\\" \\\\ c"}'
    assert row["overrides"] == '{"email":{"content":"ä"}}'
    rest = json.loads(row["rest"])
    assert set(rest) == {"absent"}
    assert "approval" in rest["absent"]


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("messages", StoredMessage),
        ("message_channels", StoredDelivery),
        ("certifications", StoredCertification),
        ("series", StoredSeries),
        ("templates", StoredTemplate),
        ("suppressions", Suppression),
        ("media", StoredMedia),
    ],
)
def test_every_field_that_the_publisher_stores_has_a_column(name, stored):
    relation = TABLES[name]
    kept = {column.path[0] for column in relation.columns if column.path}
    in_key, anew = {"id", "name"}, kinds.BY_NAME[relation.kind].anew
    assert set(stored.__struct_fields__) - kept - in_key - anew == set()


def test_numbers_keep_every_digit_in_a_document():
    content = {"M": {"big": {"N": "9" * 38}, "small": {"N": "0.10"}}}
    row = to_row(TABLES["records"], {"user_id": {"S": "u"}, "content": content})
    assert row["content"] == f'{{"content":{{"big":{"9" * 38},"small":0.10}}}}'
    assert CONTENT in TABLES["records"].columns


def test_the_schema_names_every_table_and_its_key():
    text = ddl.write_schema()
    for relation in RELATIONS:
        assert f"CREATE TABLE omnidata.{relation.name} (" in text
        assert f"  PRIMARY KEY ({', '.join(relation.key)})" in text
    assert text.count("FOREIGN KEY") == 1
    assert ddl.write_load().count("\\copy ") == len(RELATIONS) + 1
