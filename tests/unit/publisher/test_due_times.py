"""When a message is due: offsets, time zones, and hours that are missing or come twice."""

import zoneinfo
from datetime import UTC, datetime

import pytest

from chalicelib.errors import InvalidInput
from chalicelib.publisher import due_times, keys

NOW = datetime(2026, 11, 28, 10, 0, tzinfo=UTC)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture(params=["the system's zones", "dateutil's zones"])
def zones(request, monkeypatch):
    """With the system's time zones, and on a system that has none."""
    if request.param == "dateutil's zones":
        monkeypatch.setattr(due_times, "ZoneInfo", no_zone)


def no_zone(name):
    raise zoneinfo.ZoneInfoNotFoundError(name)


@pytest.mark.parametrize(
    ("value", "zone", "expected"),
    [
        ("2026-12-24T15:00:00Z", None, "2026-12-24T15:00:00"),
        ("2026-12-24T15:00:00+02:00", None, "2026-12-24T13:00:00"),
        ("2026-12-24T15:00:00.999Z", None, "2026-12-24T15:00:00"),
        ("2026-12-24T15:00:00", "Europe/Berlin", "2026-12-24T14:00:00"),
        ("2027-07-01T09:00:00", "Europe/Berlin", "2027-07-01T07:00:00"),
        ("2027-07-01T09:00:00", "America/New_York", "2027-07-01T13:00:00"),
        ("2027-07-01T09:00:00", "Asia/Kathmandu", "2027-07-01T03:15:00"),
        ("2027-07-01T09:00:00", "UTC", "2027-07-01T09:00:00"),
        ("2028-02-29T00:00:00Z", None, "2028-02-29T00:00:00"),
    ],
)
def test_a_time_is_read_as_it_is_meant(zones, value, zone, expected):
    assert due_times.read(value, zone) == (at(expected), None)


@pytest.mark.parametrize(
    ("value", "zone", "expected", "moved"),
    [
        ("2027-03-28T02:30:00", "Europe/Berlin", "2027-03-28T01:30:00", "2027-03-28T03:30:00"),
        ("2027-03-14T02:00:00", "America/New_York", "2027-03-14T07:00:00", "2027-03-14T03:00:00"),
        (
            "2027-10-03T02:15:00",
            "Australia/Lord_Howe",
            "2027-10-02T15:45:00",
            "2027-10-03T02:45:00",
        ),
    ],
)
def test_an_hour_that_the_zone_skips_moves_forward_and_says_so(zones, value, zone, expected, moved):
    assert due_times.read(value, zone) == (
        at(expected),
        f"{value} does not exist in {zone}; moved to {moved}",
    )


def test_of_an_hour_that_comes_twice_the_first_is_meant(zones):
    found = due_times.read("2027-10-31T02:30:00", "Europe/Berlin")
    assert found == (at("2027-10-31T00:30:00"), None)


@pytest.mark.parametrize(
    ("value", "zone", "message"),
    [
        ("2027-02-30T09:00:00Z", None, "a time that exists"),
        ("2027-13-01T09:00:00Z", None, "a time that exists"),
        ("2027-01-01T25:00:00Z", None, "a time that exists"),
        ("2027-01-01T09:00:00+99:00", None, "a time that exists"),
        ("tomorrow", None, "a time that exists"),
        ("", None, "a time that exists"),
        ("2027-01-01T09:00:00", None, "needs a time zone"),
        ("2027-01-01T09:00:00Z", "Europe/Berlin", "has an offset already"),
        ("2027-01-01T09:00:00", "Europe/Atlantis", "'Europe/Atlantis' is not an IANA time zone"),
        ("2027-01-01T09:00:00", "", "is not an IANA time zone"),
        ("2027-01-01T09:00:00", "../../etc/passwd", "is not an IANA time zone"),
        ("2027-01-01T09:00:00", "/etc/localtime", "is not an IANA time zone"),
        ("2027-01-01T09:00:00", "Europe", "is not an IANA time zone"),
        ("2027-01-01T09:00:00", "a" * 5000, "is not an IANA time zone"),
        ("2027-01-01T09:00:00", "Europe/Berlin\0", "is not an IANA time zone"),
        ("0001-01-01T00:00:00+14:00", None, "a time that exists"),
        ("9999-12-31T23:59:59-14:00", None, "a time that exists"),
        ("0001-01-01T00:00:00", "Asia/Tokyo", "a time that exists"),
        ("9999-12-31T23:59:59", "America/New_York", "a time that exists"),
    ],
)
def test_what_is_no_time_is_refused(zones, value, zone, message):
    with pytest.raises(InvalidInput, match=message):
        due_times.read(value, zone)


@pytest.mark.parametrize(
    ("value", "zone", "message"),
    [
        ("2026-11-28T10:00:00Z", None, "scheduled_at 2026-11-28T10:00:00Z is past"),
        ("2026-11-28T11:59:59+02:00", None, "is past"),
        ("2026-11-28T10:30:00", "Europe/Berlin", "is past"),
        ("2031-12-31T00:00:00Z", None, "more than five years ahead"),
    ],
)
def test_what_is_past_or_far_ahead_is_refused(zones, value, zone, message):
    with pytest.raises(InvalidInput, match=message):
        due_times.require_ahead(due_times.read(value, zone).at, NOW)


def test_any_year_has_twenty_characters_as_a_sort_key():
    assert keys.due_time(datetime(1, 2, 3, 4, 5, 6, 7, tzinfo=UTC)) == "0001-02-03T04:05:06Z"
