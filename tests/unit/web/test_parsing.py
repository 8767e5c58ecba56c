"""Parts of a request: queries, path parameters, entity tags and times."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from chalicelib import times
from chalicelib.analytics.model import SearchesQuery
from chalicelib.errors import InvalidInput
from chalicelib.records.model import RecordList, RecordSearch
from chalicelib.web import requests


def query(kind=RecordList, **parameters):
    return requests.convert(parameters, kind, strict=False)


@pytest.mark.parametrize(("tag", "expected"), [('"3"', 3), (' "3" ', 3), ('"0"', 0), ("*", None)])
def test_if_match_names_one_version_or_any(tag, expected):
    assert requests.version(tag) == expected


@pytest.mark.parametrize(
    "tag",
    [
        "",
        "3",
        '"3',
        '3"',
        '""',
        'W/"3"',
        '"3", "4"',
        '"-1"',
        '"1.0"',
        '"1e3"',
        '"٣"',
        '"x"',
        '"3"\n"4"',
        '"' + "9" * 19 + '"',
        "**",
    ],
)
def test_any_other_if_match_is_refused(tag):
    with pytest.raises(InvalidInput, match="If-Match"):
        requests.version(tag)


def test_a_path_parameter_is_decoded_once():
    assert requests.unquote_parameter("a%40b.c") == "a@b.c"
    assert requests.unquote_parameter("a%2540b") == "a%40b"
    assert requests.unquote_parameter("a+b") == "a+b"
    assert requests.unquote_parameter("%E2%82%AC") == "€"


@pytest.mark.parametrize("text", ["%ff", "%c0%80", "%ed%a0%80"])
def test_a_path_that_is_not_utf8_is_refused(text):
    with pytest.raises(InvalidInput, match="UTF-8"):
        requests.unquote_parameter(text)


def test_a_query_has_defaults_and_ignores_what_it_does_not_know():
    assert query() == RecordList(limit=50, cursor=None)
    assert query(limit="7", other="x") == RecordList(limit=7)


@pytest.mark.parametrize("limit", ["", "0", "-1", "101", "1.5", "x", "0x10", "٣", "9" * 40])
def test_a_limit_is_a_number_from_1_to_100(limit):
    with pytest.raises(InvalidInput, match="limit"):
        query(limit=limit)


def test_a_missing_parameter_names_itself():
    with pytest.raises(InvalidInput, match="user_id"):
        query(RecordSearch)


def test_the_word_null_is_a_text_like_any_other():
    assert query(cursor="null").cursor == "null"
    assert query(SearchesQuery, to="null").to == "null"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z"),
        ("2026-01-31T09:30:00.5Z", "2026-01-31T09:30:00.500000Z"),
        ("2026-01-31T09:30:00+02:00", "2026-01-31T07:30:00Z"),
        ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
    ],
)
def test_times_are_normalised_to_utc(text, expected):
    assert times.text(times.parse(text, "from")) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "2026-01-31",
        "2026-01-31T09:30:00",
        "2026-02-30T00:00:00Z",
        "2025-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z",
        "2026-01-31T24:01:00Z",
        "2026-01-31T09:30:00 02:00",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "10000-01-01T00:00:00Z",
        "1e999",
        "\x00",
        "２０２６-01-31T09:30:00Z",  # noqa: RUF001 fullwidth digits
    ],
)
def test_an_impossible_time_names_its_field(text):
    with pytest.raises(InvalidInput, match="from"):
        times.parse(text, "from")


def test_a_time_is_written_in_utc_without_an_empty_fraction():
    east = timezone(timedelta(hours=2))
    assert times.text(datetime(2026, 1, 31, 9, 30, tzinfo=east)) == "2026-01-31T07:30:00Z"
    assert (
        times.text(datetime(2026, 1, 31, 9, 30, 0, 1, tzinfo=UTC)) == "2026-01-31T09:30:00.000001Z"
    )
    assert times.now().tzinfo is UTC
