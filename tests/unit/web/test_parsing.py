"""Parts of a request: queries, path parameters, entity tags and times."""

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from types import SimpleNamespace
from typing import Literal

import msgspec
import pytest

from chalicelib import times
from chalicelib.analytics.model import SearchesQuery
from chalicelib.errors import InvalidInput
from chalicelib.ids import is_id
from chalicelib.records.model import RecordList, RecordSearch
from chalicelib.tenant_logs.search.queries import LogQuery
from chalicelib.web import requests
from chalicelib.web.conversion import convert


def query(kind=RecordList, **parameters):
    return requests.query(SimpleNamespace(query_params=parameters), kind)


def test_a_path_parameter_is_decoded_once():
    assert requests.unquote_parameter("a%40b.c") == "a@b.c"
    assert requests.unquote_parameter("a%2540b") == "a%40b"
    assert requests.unquote_parameter("a+b") == "a+b"
    assert requests.unquote_parameter("%E2%82%AC") == "€"


@pytest.mark.parametrize("text", ["%ff", "%c0%80", "%ed%a0%80"])
def test_a_path_that_is_not_utf8_is_refused(text):
    with pytest.raises(InvalidInput, match="UTF-8"):
        requests.unquote_parameter(text)


def test_a_query_has_defaults():
    assert query() == RecordList(limit=50, cursor=None)
    assert query(limit="7") == RecordList(limit=7)


def test_a_group_of_parameters_is_taken_by_the_rest_of_their_names():
    given = {"attr.http.method": "GET", "attr..": "", "not_attr.a.b": "c", "limit": "7"}
    assert query(LogQuery, **given) == LogQuery(
        attr={"http.method": "GET", ".": ""}, not_attr={"a.b": "c"}, limit=7
    )


@pytest.mark.parametrize(
    "parameters",
    [
        {f"attr.{n}": "x" for n in range(9)},
        {"attr." + "k" * 257: "x"},
        {"attr.k": "x" * 257},
        {f"not_attr.{n}": "x" for n in range(9)},
    ],
)
def test_a_group_has_its_limits(parameters):
    with pytest.raises(InvalidInput, match="attr"):
        query(LogQuery, **parameters)


@pytest.mark.parametrize(
    ("kind", "name", "message"),
    [
        (LogQuery, "sevrity", "unknown parameter 'sevrity'; did you mean 'severity'?"),
        (LogQuery, "atr.host", "unknown parameter 'atr.host'; did you mean 'attr.<key>'?"),
        (LogQuery, "attr", "unknown parameter 'attr'; did you mean 'attr.<key>'?"),
        (LogQuery, "attr.", "unknown parameter 'attr.'; did you mean 'attr.<key>'?"),
        (LogQuery, "not_atr.k", "unknown parameter 'not_atr.k'; did you mean 'not_attr.<key>'?"),
        (LogQuery, "text.x", "unknown parameter 'text.x'; did you mean 'text'?"),
        (LogQuery, "Since", "unknown parameter 'Since'; did you mean 'since'?"),
        (SearchesQuery, "frm", "unknown parameter 'frm'; did you mean 'from'?"),
        (SearchesQuery, "from_", "unknown parameter 'from_'; did you mean 'from'?"),
        (RecordList, "zzz", "unknown parameter 'zzz'; this route takes prefix, limit, cursor"),
        (None, "limit", "unknown parameter 'limit'; this route takes none"),
    ],
)
def test_an_unknown_parameter_names_the_nearest_known_one(kind, name, message):
    with pytest.raises(InvalidInput) as refused:
        query(kind, **{name: "1"})
    assert str(refused.value) == message


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Part(msgspec.Struct):
    colour: Colour | None = None
    kind: Literal["big", "small"] = "big"


class Thing(msgspec.Struct):
    parts: list[Part] = []
    named: dict[str, Part] = {}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"parts": [{}, {"colour": "x"}]}, "parts[1].colour must be one of red, blue"),
        ({"parts": [{"kind": "x"}]}, "parts[0].kind must be one of big, small"),
        ({"named": {"a": {"colour": "x"}}}, "named[...].colour must be one of red, blue"),
    ],
)
def test_a_value_out_of_an_enumeration_names_those_in_it(body, message):
    with pytest.raises(InvalidInput) as refused:
        convert(body, Thing, strict=True)
    assert str(refused.value) == message


def test_a_parameter_out_of_an_enumeration_names_those_in_it():
    with pytest.raises(InvalidInput) as refused:
        query(LogQuery, severity="LOUD")
    allowed = "TRACE, DEBUG, INFO, WARN, ERROR, FATAL"
    assert str(refused.value) == f"severity must be one of {allowed}"
    with pytest.raises(InvalidInput, match="order must be one of newest, oldest, arrival"):
        query(LogQuery, order="sideways")


@pytest.mark.parametrize(
    ("text", "severity"),
    [("warn", "WARN"), ("Warning", "WARN"), ("err", "ERROR"), ("critical", "FATAL")],
)
def test_a_severity_is_taken_in_any_case_and_by_loggers_names(text, severity):
    assert query(LogQuery, severity=text).severity == severity


K_16 = "8e03978e-40d5-43dd-bc93-6894a57f9324"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (K_16, K_16),
        (f'"{K_16}"', K_16),
        (f' "{K_16}" ', K_16),
        ("a" * 128, "a" * 128),
    ],
)
def test_an_idempotency_key_is_the_same_quoted_and_bare(text, expected):
    assert requests.read_idempotency_key(text) == expected


@pytest.mark.parametrize("text", ["a:b", "a/b", "YWI=", "a" * 129, "a" * 255, "..", "sha256-ab"])
def test_any_visible_text_of_up_to_255_characters_is_an_idempotency_key(text):
    key = requests.read_idempotency_key(text)
    assert key == requests.read_idempotency_key(f'"{text}"')
    assert (is_id(key), key.startswith("sha256-"), len(key)) == (True, True, 71)


def test_two_idempotency_keys_are_two():
    texts = ["a:b", "a/b", "a=b", "a" * 254 + ":", "a" * 253 + ":"]
    assert len({requests.read_idempotency_key(text) for text in texts}) == len(texts)


@pytest.mark.parametrize("text", ["", '""', '"', "a b", 'a"b', "a\\b", "é", "a" * 256, '"a'])
def test_any_other_idempotency_key_is_refused(text):
    with pytest.raises(InvalidInput, match="Idempotency-Key must be of 1 to 255"):
        requests.read_idempotency_key(text)


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


NOW = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-27T00:00:00 01:00", "2026-11-26T23:00:00Z"),
        ("2026-11-27T00:00:00+01:00", "2026-11-26T23:00:00Z"),
        ("2026-11-27T00:00:00Z", "2026-11-27T00:00:00Z"),
        ("0s", "2026-11-27T12:00:00Z"),
        ("30s", "2026-11-27T11:59:30Z"),
        ("15m", "2026-11-27T11:45:00Z"),
        ("1h", "2026-11-27T11:00:00Z"),
        ("7d", "2026-11-20T12:00:00Z"),
    ],
)
def test_a_time_is_asked_for_as_such_or_as_an_age(text, expected):
    assert times.text(times.parse_query(text, "since", NOW)) == expected


@pytest.mark.parametrize(
    "text", ["", "h", "1", "1w", "1H", "-1h", "1.5h", "1h30m", " 1h", "1h\n", "999999999d"]
)
def test_any_other_age_names_its_field(text):
    with pytest.raises(InvalidInput, match="since"):
        times.parse_query(text, "since", NOW)


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
