from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from chalicelib.analytics import model
from chalicelib.analytics.model import ArchivedSearch, SearchesQuery, parse_message
from chalicelib.errors import InvalidInput
from chalicelib.search_event import VERSION, SearchEvent, encode

NOW = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
SENT_AT_MS = 1_767_323_045_123  # 2026-01-02T03:04:05.123Z


def _event(body):
    return parse_message(body, message_id="m-1", sent_at_ms=SENT_AT_MS, trace="Root=1-2-3")


def test_what_the_records_workload_sends_is_what_the_archive_holds():
    sent = SearchEvent(
        user="ann",
        event_id="e-1",
        at=datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
        found=True,
        request_id="r-1",
        searched_by="u-1",
        v=VERSION,
    )

    archived = msgspec.to_builtins(_event(encode(sent)))

    assert archived == {
        "event_id": "e-1",
        "user": "ann",
        "action": "search",
        "at": "2026-01-02T03:04:05.000006Z",
        "found": True,
        "request_id": "r-1",
        "searched_by": "u-1",
        "v": 1,
        "message_id": "m-1",
        "trace": "Root=1-2-3",
    }


def test_what_the_seeds_event_leaves_out_comes_from_its_message():
    assert _event('{"user": "ann", "action": "search"}') == ArchivedSearch(
        event_id="m-1",
        user="ann",
        action="search",
        at=datetime(2026, 1, 2, 3, 4, 5, 123_000, tzinfo=UTC),
        found=None,
        request_id=None,
        v=0,
        message_id="m-1",
        trace="Root=1-2-3",
    )


def test_a_time_with_an_offset_is_archived_in_utc():
    event = _event('{"user": "ann", "at": "2026-01-02T00:30:00+02:00"}')

    assert event.at == datetime(2026, 1, 1, 22, 30, tzinfo=UTC)
    assert msgspec.to_builtins(event)["at"] == "2026-01-01T22:30:00Z"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "not json",
        "null",
        "[]",
        '"search"',
        "{}",
        '{"action": "search"}',
        '{"user": null}',
        '{"user": 7}',
        '{"user": "' + "x" * 1025 + '"}',
        '{"user": "ann", "at": "yesterday"}',
        '{"user": "ann", "at": "2026-01-02T03:04:05"}',
        '{"user": "ann", "at": "0001-01-01T00:00:00+05:00"}',
        '{"user": "ann", "found": "yes"}',
        '{"user": "ann", "event_id": 7}',
        '{"user": "ann", "v": -1}',
        '{"user": "ann", "x": NaN}',
        '{"user": "\\ud800"}',
        '{"user": "ann", "x": ' + "[" * 100_000 + "]" * 100_000 + "}",
        '\ufeff{"user": "ann"}',
    ],
    ids=range(20),
)
def test_anything_else_is_no_search_event(body):
    with pytest.raises(InvalidInput):
        _event(body)


def test_the_period_is_the_last_24_hours_unless_told():
    assert model.period(SearchesQuery(), NOW) == (NOW - timedelta(hours=24), NOW)


def test_with_an_end_alone_the_period_is_the_24_hours_before_it():
    found = model.period(SearchesQuery(to="2026-02-01T00:00:00Z"), NOW)

    assert found.start == datetime(2026, 1, 31, tzinfo=UTC)


def test_the_bounds_are_normalised_to_utc():
    query = msgspec.convert(
        {"from": "2026-01-01T02:00:00+02:00", "to": "2026-01-01T01:00:00Z"}, SearchesQuery
    )

    found = model.period(query, NOW)

    assert found == (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("from_", "to"),
    [
        ("yesterday", None),
        (None, "2026-02-30T00:00:00Z"),
        ("2026-01-01T00:00:00", None),
        ("2026-03-01T12:30:00Z", None),
        ("2026-03-01T12:30:01Z", None),
        ("2026-01-01T00:00:00Z", "2026-02-01T01:00:00.000001Z"),
        (None, "0001-01-01T00:00:00Z"),
        ("", ""),
    ],
)
def test_a_bad_empty_or_overlong_range_is_refused(from_, to):
    with pytest.raises(InvalidInput):
        model.period(SearchesQuery(from_, to), NOW)


def test_31_days_over_the_clock_change_of_october_are_taken():
    query = msgspec.convert(
        {"from": "2026-10-01T00:00:00+02:00", "to": "2026-11-01T00:00:00+01:00"}, SearchesQuery
    )
    found = model.period(query, NOW)
    assert found.end - found.start == timedelta(days=31, hours=1)


def test_the_bounds_may_be_ages():
    query = msgspec.convert({"from": "7d", "to": "1d"}, SearchesQuery)
    found = model.period(query, NOW)
    assert (NOW - found.start, NOW - found.end) == (timedelta(days=7), timedelta(days=1))


def test_a_range_of_31_days_is_taken():
    query = SearchesQuery("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")

    assert model.period(query, NOW).interval == "hour"


@pytest.mark.parametrize(
    ("to", "interval"), [("2026-01-01T02:00:00Z", "minute"), ("2026-01-01T02:00:01Z", "hour")]
)
def test_up_to_two_hours_are_counted_by_the_minute(to, interval):
    query = SearchesQuery("2026-01-01T00:00:00Z", to)

    assert model.period(query, NOW).interval == interval
