"""What an entity tag depends on, and what it does not."""

from decimal import Decimal

import msgspec
import pytest

from chalicelib import strict_json
from chalicelib.web import entity_tags


class Looked(msgspec.Struct):
    """How much was looked at."""

    scanned: int


class Row(msgspec.Struct):
    """One row, with an age and what its user posted."""

    name: str
    oldest_age_s: float | None
    content: dict
    since: str = ""


class Table(msgspec.Struct):
    """Rows, and what tells of the reading."""

    rows: list[Row]
    as_of: str
    read: Looked
    from_: str = msgspec.field(name="from", default="")
    parts: dict[str, str] | msgspec.UnsetType = msgspec.UNSET


def tag(value, version=None):
    return entity_tags.make(value, strict_json.encode(value), version)


def table(name="a", age=1.0, as_of="09:30", *, scanned=1, from_="", row_since="", **content):
    return Table([Row(name, age, content, row_since)], as_of, Looked(scanned), from_)


@pytest.mark.parametrize(
    "other", [{"age": None}, {"as_of": "09:31"}, {"scanned": 2}, {"from_": "09:00"}]
)
def test_what_tells_of_the_reading_changes_nothing(other):
    assert tag(table()) == tag(table(**other))


@pytest.mark.parametrize(
    "other",
    [{"name": "b"}, {"row_since": "09:00"}, {"read": 1}, {"as": "b"}, {"x": Decimal("1.10")}],
)
def test_anything_else_does(other):
    assert tag(table()) != tag(table(**other))


@pytest.mark.parametrize("name", ["read", "to", "x_age_s"])
def test_a_name_in_free_form_content_is_a_name_like_any_other(name):
    assert tag({name: 1}) != tag({name: 2})
    assert tag(table(**{name: 1})) != tag(table(**{name: 2}))


def test_the_order_of_names_changes_nothing():
    """DynamoDB gives the members of a map in any order."""
    assert tag({"a": 1, "b": {"c": 1, "d": 2}}) == tag({"b": {"d": 2, "c": 1}, "a": 1})


def test_all_digits_count():
    assert tag({"x": Decimal("0." + "1" * 38)}) != tag({"x": Decimal("0." + "1" * 37 + "2")})


def test_a_version_stands_before_the_digest():
    made = tag({"x": 1}, version=7)
    assert made == f"7-{tag({'x': 1})}"
    assert entity_tags.version_of(made) == "7"


@pytest.mark.parametrize("text", ["7", "-1", "7-", "7-1", "x"])
def test_any_other_tag_is_a_version_as_it_stands(text):
    assert entity_tags.version_of(text) == text


def test_headers_of_a_file_count():
    """Where to go on is in one of them."""
    tags = {entity_tags.digest_of(b"x", headers) for headers in ({}, {"a": "1"}, {"a": "2"})}
    assert len(tags) == 3
