"""Python's values and DynamoDB's typed attributes, there and back."""

from decimal import Decimal

import pytest

from chalicelib.aws.attributes import from_attribute, from_attributes, to_attribute, to_attributes


@pytest.mark.parametrize(
    ("value", "attribute"),
    [
        (None, {"NULL": True}),
        (True, {"BOOL": True}),
        (False, {"BOOL": False}),
        ("", {"S": ""}),
        ("é😀", {"S": "é😀"}),
        (0, {"N": "0"}),
        (-7, {"N": "-7"}),
        (10**37, {"N": "1" + "0" * 37}),
        (Decimal("1.50"), {"N": "1.50"}),
        (Decimal("1E+125"), {"N": "1E+125"}),
        (Decimal("1E-130"), {"N": "1E-130"}),
        (b"\x00", {"B": b"\x00"}),
        ([], {"L": []}),
        ({}, {"M": {}}),
        ([1, ["a", None]], {"L": [{"N": "1"}, {"L": [{"S": "a"}, {"NULL": True}]}]}),
        ({"a": {"b": [True]}}, {"M": {"a": {"M": {"b": {"L": [{"BOOL": True}]}}}}}),
    ],
    ids=str,
)
def test_a_value_becomes_its_attribute_and_comes_back(value, attribute):
    assert to_attribute(value) == attribute
    assert from_attribute(attribute) == value
    assert type(from_attribute(attribute)) is type(value)


@pytest.mark.parametrize("value", [1.5, float("nan"), {1}, object, (1,), 1j], ids=str)
def test_floats_and_what_dynamodb_does_not_have_are_refused(value):
    with pytest.raises(TypeError):
        to_attribute({"a": [value]})


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ({"N": "100"}, 100),
        ({"N": "1E+2"}, 100),
        ({"N": "0.5"}, Decimal("0.5")),
        ({"SS": ["a", "b"]}, ["a", "b"]),
        ({"NS": ["1"]}, ["1"]),
    ],
    ids=str,
)
def test_what_other_tools_wrote_is_read(attribute, expected):
    assert from_attribute(attribute) == expected


def test_true_stays_true_and_1_stays_1():
    item = from_attributes(to_attributes({"yes": True, "one": 1}))
    assert item["yes"] is True
    assert type(item["one"]) is int
