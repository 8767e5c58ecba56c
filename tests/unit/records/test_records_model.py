"""Which items may become records, and when two contents are the same."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from chalicelib.errors import InvalidInput, TooLarge
from chalicelib.fingerprint import fingerprint
from chalicelib.records.model import (
    check_content,
    first_version,
    may_change,
    next_version,
)
from chalicelib.web.principal import Principal

AT = datetime(2026, 1, 31, 9, 30, tzinfo=UTC)
LATER = datetime(2026, 1, 31, 9, 31, tzinfo=UTC)


def principal(sub="u-1", *groups):
    return Principal(id=sub, email="", groups=frozenset(groups), tenant=None)


def same(one, other):
    return fingerprint({"user_id": "a", "v": one}) == fingerprint({"user_id": "a", "v": other})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, Decimal("1.0")),
        (100, Decimal("1E+2")),
        (0, Decimal("0.0")),
        (Decimal("1.50"), Decimal("1.5")),
        (10**100, Decimal("1E+100")),
        (Decimal("1E-130"), Decimal("10E-131")),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ],
    ids=str,
)
def test_contents_are_the_same_by_value(one, other):
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (0, False),
        (0, None),
        (1, "1"),
        (1, "N1"),
        (1, "N1E+0"),
        ("", None),
        ([], {}),
        ([1, 2], [2, 1]),
        ([[1], 2], [1, [2]]),
        ({"a": None}, {}),
        ("é", "e\u0301"),
        (12345678901234567890123456789012345678, 12345678901234567890123456789012345679),
        (
            Decimal("0.12345678901234567890123456789012345678"),
            Decimal("0.12345678901234567890123456789"),
        ),
        (10**125, 10**124),
        (Decimal("1E-130"), Decimal("1E-129")),
        (1, -1),
    ],
    ids=str,
)
def test_contents_that_differ_in_anything_are_not_the_same(one, other):
    assert not same(one, other)


def test_a_name_is_no_value():
    assert fingerprint({"user_id": "a", "b": "c"}) != fingerprint({"user_id": "a", "c": "b"})


@pytest.mark.parametrize("name", ["_omni", "_omnix", "_omni.version", "_omni_", "_omnidata"])
def test_our_own_names_are_refused_at_the_top(name):
    with pytest.raises(InvalidInput, match="_omni"):
        check_content({"user_id": "a", name: 1})


@pytest.mark.parametrize(
    "content", [{"omni": 1}, {"_OMNI": 1}, {"_Omni": 1}, {"x": {"_omni": 1}}, {"_": 1}]
)
def test_other_names_are_the_users(content):
    assert check_content({"user_id": "a", **content})


@pytest.mark.parametrize(
    "body", [{}, {"user_id": None}, {"user_id": 1}, {"user_id": "a#b"}, {"User_Id": "a"}]
)
def test_a_record_needs_a_user_id(body):
    with pytest.raises(InvalidInput, match="user_id"):
        check_content(body)


def test_a_record_leaves_room_for_its_bookkeeping_in_400_kb():
    room = 400 * 1024 - 1024 - 3 - len("user_id") - 1 - 1 - len("x") - 1
    assert check_content({"user_id": "a", "x": "y" * room})
    with pytest.raises(TooLarge):
        check_content({"user_id": "a", "x": "y" * (room + 1)})


def test_versions_count_from_1_and_keep_the_creator():
    first = first_version({"user_id": "a"}, principal("u-1"), AT)
    second = next_version(first, {"user_id": "a", "x": 1}, LATER)
    assert (first.version, second.version) == (1, 2)
    assert (second.created_by, second.created_at) == ("u-1", "2026-01-31T09:30:00Z")
    assert second.updated_at == "2026-01-31T09:31:00Z"
    assert second.content == {"user_id": "a", "x": 1}


def test_a_replacement_cannot_move_to_another_user():
    first = first_version({"user_id": "a"}, principal(), AT)
    with pytest.raises(InvalidInput, match="differs"):
        next_version(first, {"user_id": "b"}, LATER)


def test_creators_and_operators_may_change_a_record():
    record = first_version({"user_id": "a"}, principal("u-1"), AT)
    assert may_change(record, principal("u-1"))
    assert may_change(record, principal("u-2", "operator"))
    assert not may_change(record, principal("u-2"))
    assert not may_change(record, principal("u-2", "publisher"))
    assert not may_change(record, principal("a"))
