"""Ids are short and plain, so that no id can become another key, header or path."""

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.ids import join_key, require_id

REFUSED = [
    "",
    " ",
    "a ",
    " a",
    "a\n",
    "a\r\n",
    "\na",
    "a\nb",
    "a" * 129,
    "a#b",
    "x#METADATA",
    "#",
    "a/b",
    "a\\b",
    "..//",
    "a%23b",
    "a:b",
    "a'b",
    'a"b',
    "a\x00b",
    "a\tb",
    "a\u00a0b",
    "é",
    "ａ",  # noqa: RUF001 fullwidth
    "а",  # noqa: RUF001 Cyrillic
    "﹟",  # small number sign
    "＃",  # noqa: RUF001 fullwidth number sign
    "a\u200b",
    "a\u202eb",
    "١٢",
    "ß",
    "😀",
    "a\ud800",
    None,
    1,
    True,
    1.5,
    b"a",
    ["a"],
    {"a": 1},
]


@pytest.mark.parametrize("value", ["a", "A9_.@+-", "a@b.c", "-", "...", ".a", "0", "a" * 128])
def test_ids_are_1_to_128_plain_characters(value):
    assert require_id(value, "user_id") == value


@pytest.mark.parametrize("value", REFUSED, ids=ascii)
def test_anything_else_is_refused_by_name(value):
    with pytest.raises(InvalidInput, match="user_id must be 1 to 128 characters"):
        require_id(value, "user_id")


def test_a_refusal_does_not_repeat_the_value():
    with pytest.raises(InvalidInput) as refused:
        require_id("canary#", "user_id")
    assert "canary" not in str(refused.value)


def test_key_parts_are_joined_by_number_signs():
    assert join_key("MSG", "a", "b") == "MSG#a#b"
    assert join_key("COUNTER") == "COUNTER"


@pytest.mark.parametrize("part", ["a#b", "", "a\n", "x#METADATA", "＃"], ids=ascii)  # noqa: RUF001 a lookalike
def test_no_part_reaches_another_key(part):
    with pytest.raises(InvalidInput):
        join_key("MSG", "a", part)
