"""Entity tags in `If-Match` and `If-None-Match`: which version of a record is asked for."""

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.web.preconditions import IF_MATCH, IF_NONE_MATCH, read_precondition

BOTH = (IF_MATCH, IF_NONE_MATCH)


def holds_at_1(name, text):
    return read_precondition({name.lower(): text}, BOTH).holds(1)


@pytest.mark.parametrize(
    "text",
    [
        *('"1"', ' "1" ', "*", '"1", "2"', '"2","1"', 'W/"1", "1"', '"x", "1"'),
        '"1-0123456789abcdef"',  # as it was sent: a version and a digest
    ],
)
def test_a_version_is_matched_by_its_tag_among_others_or_by_any(text):
    assert holds_at_1(IF_MATCH, text)
    assert not holds_at_1(IF_NONE_MATCH, text)


@pytest.mark.parametrize(
    "text",
    [
        *('"2"', '"2", "3"', '""', '"01"', '"1.0"', '"-1"', '"*"', '"x"', '"1-"', '"1-x"'),
        '"2-0123456789abcdef"',
    ],
)
def test_any_other_tag_matches_no_version(text):
    assert not holds_at_1(IF_MATCH, text)
    assert holds_at_1(IF_NONE_MATCH, text)


def test_a_weak_tag_is_not_strong_enough_for_if_match():
    """RFC 9110, 13.1.1: If-Match compares strongly, If-None-Match weakly."""
    assert not holds_at_1(IF_MATCH, 'W/"1"')
    assert not holds_at_1(IF_NONE_MATCH, 'W/"1"')


@pytest.mark.parametrize(
    "text", ["", "1", '"1', '1"', "W/1", 'w/"1"', '"1" "2"', '"1",', "**", '"1", *', '"\u0663"']
)
@pytest.mark.parametrize("name", BOTH)
def test_what_is_no_list_of_tags_is_refused(name, text):
    with pytest.raises(InvalidInput, match=name):
        holds_at_1(name, text)


def test_a_header_that_is_not_read_asks_nothing():
    asked = read_precondition({"if-match": "nonsense"}, ("Idempotency-Key",))
    assert (asked.is_given, asked.holds(1)) == (False, True)
