"""The rules of series, against dateutil's rrule as the oracle, and what is refused."""

from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.errors import InvalidInput
from chalicelib.publisher.series import expansion, occurrences, rrule
from chalicelib.publisher.series.stored import StoredSeries

at = datetime.fromisoformat
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    *("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"),
    *("America/Sao_Paulo", "Pacific/Apia", "Africa/Casablanca", "UTC"),
]
YEARS = 3
_DAYS = st.lists(st.sampled_from(rrule.WEEKDAYS), min_size=1, max_size=3, unique=True)
_MONTHS = st.lists(st.integers(1, 12), min_size=1, max_size=3, unique=True)


def _signed(most: int, size: int = 3) -> st.SearchStrategy[list[int]]:
    numbers = st.integers(-most, most).filter(bool)
    return st.lists(numbers, min_size=1, max_size=size, unique=True)


def _join(name: str, values: st.SearchStrategy[list]) -> st.SearchStrategy[str]:
    return values.map(lambda found: f"{name}={','.join(map(str, found))}")


@st.composite
def rules(draw) -> str:
    """The text of a rule that is taken, without its end."""
    freq = draw(st.sampled_from(tuple(rrule.Frequency)))
    by_month = freq in ("MONTHLY", "YEARLY")
    parts = {
        f"INTERVAL={draw(st.integers(1, 6))}",
        f"WKST={draw(st.sampled_from(rrule.WEEKDAYS))}",
        draw(_join("BYMONTH", _MONTHS)),
    }
    numbered = st.tuples(st.integers(-5, 5).filter(bool), st.sampled_from(rrule.WEEKDAYS))
    ordinals = st.lists(numbered.map(lambda one: f"{one[0]}{one[1]}"), min_size=1, max_size=3)
    days = draw(_join("BYDAY", st.one_of(_DAYS, ordinals) if by_month else _DAYS))
    parts.add(days)
    month_days = draw(_join("BYMONTHDAY", _signed(31)))
    if freq != "WEEKLY":
        parts.add(month_days)
    kept = draw(st.sets(st.sampled_from(sorted(parts)), max_size=4))
    if by_month and kept & {days, month_days}:
        kept |= draw(st.sets(_join("BYSETPOS", _signed(4)), max_size=1))
    return ";".join([f"FREQ={freq}", *sorted(kept)])


def _expand(text: str, start: datetime, last: datetime, since: date) -> list[datetime]:
    rule = expansion.complete(rrule.parse(f"{text};COUNT=1", BERLIN), start)
    return list(expansion.expand(rule, start, last, since))


@pytest.mark.thorough
@settings(max_examples=300, deadline=None)
@given(
    text=rules(),
    start=st.datetimes(at("2024-01-01T00:00"), at("2030-01-01T00:00")).map(
        lambda local: local.replace(microsecond=0, fold=0)
    ),
    skipped_days=st.integers(0, 800),
)
def test_it_names_the_times_that_dateutil_names(text, start, skipped_days):
    last = start + timedelta(days=YEARS * 366)
    since = start.date() + timedelta(days=skipped_days)
    found = _expand(text, start, last, since)
    if not _expand(text, start, start + 3 * (last - start), start.date()):
        assert found == []  # dateutil would look for it until the year 9999
        return
    oracle = takewhile(lambda local: local <= last, rrulestr(text, dtstart=start))
    assert found == [local for local in oracle if local.date() >= since]


@pytest.mark.thorough
@settings(max_examples=100, deadline=None)
@given(
    text=rules(),
    start=st.datetimes(at("2024-01-01"), at("2030-01-01")).map(
        lambda local: local.replace(second=0, microsecond=0, fold=0)
    ),
    zone=st.sampled_from(ZONES),
    skipped_days=st.integers(0, 400),
)
def test_each_time_is_that_of_the_zone(text, start, zone, skipped_days):
    """`zoneinfo` is the oracle: it moves forward in gaps, and takes the first of two hours."""
    last = start + timedelta(days=2 * 366)
    locals_ = _expand(text, start, last, start.date())
    series = StoredSeries(
        content="x",
        channels=["sms"],
        id="s",
        user="ada",
        request_id="r",
        rrule=f"{text};COUNT=1",
        starts_at=start.isoformat(),
        time_zone=zone,
        last_at=last.isoformat(),
        **dict.fromkeys(("after", "created_at", "updated_at"), "2000-01-01T00:00:00Z"),
    )
    found = [occurrence.at for occurrence in occurrences.list_coming(series)]
    assert found == [local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC) for local in locals_]
    since = start.replace(tzinfo=UTC) + timedelta(days=skipped_days)
    later = [occurrence.at for occurrence in occurrences.list_coming(series, since)]
    assert [time for time in later if time >= since] == [time for time in found if time >= since]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("FREQ=DAILY;COUNT=3", at("2026-10-03T09:00")),
        ("FREQ=WEEKLY;BYDAY=MO,TH;COUNT=3", at("2026-10-08T09:00")),
        ("FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1;COUNT=2", at("2027-01-31T09:00")),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", at("2026-11-30T09:00")),
        ("FREQ=DAILY;UNTIL=20261005", at("2026-10-05T09:00")),
        ("FREQ=DAILY;UNTIL=20261005T085959", at("2026-10-04T09:00")),
        ("FREQ=DAILY;UNTIL=20261005T070000Z", at("2026-10-05T09:00")),
        ("FREQ=DAILY;UNTIL=20261005T065959Z", at("2026-10-04T09:00")),
        ("FREQ=YEARLY;COUNT=5", at("2030-10-01T09:00")),
    ],
)
def test_a_rule_ends_at_its_last_occurrence(text, last):
    start = at("2026-10-01T09:00")
    rule = expansion.complete(rrule.parse(text, BERLIN), start)
    assert expansion.find_last(rule, start) == last


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "an empty part"),
        ("INTERVAL=2;COUNT=1", "FREQ is missing"),
        ("FREQ=SECONDLY;COUNT=1", "FREQ must be"),
        ("FREQ=DAILY", "UNTIL or COUNT"),
        ("FREQ=DAILY;COUNT=1;UNTIL=20270101", "not both"),
        ("FREQ=DAILY;COUNT=1;COUNT=2", "COUNT is given twice"),
        ("FREQ=DAILY;COUNT=0", "COUNT must be from 1"),
        ("FREQ=DAILY;COUNT=99999", "COUNT must be from 1"),
        ("FREQ=DAILY;COUNT=1_0", "COUNT must be from 1"),
        ("FREQ=DAILY;INTERVAL=0;COUNT=1", "INTERVAL must be from 1"),
        ("FREQ=DAILY;BYHOUR=9;COUNT=1", "BYHOUR is not taken"),
        ("FREQ=DAILY;BYEASTER=0;COUNT=1", "BYEASTER is not taken"),
        ("RRULE:FREQ=DAILY;COUNT=1", "RRULE:FREQ is not taken"),
        ("FREQ=DAILY;COUNT=1;", "an empty part is not taken"),
        ("FREQ=DAILY;COUNT", "COUNT is not taken"),
        ("FREQ=WEEKLY;BYDAY=MON;COUNT=1", "BYDAY must be"),
        ("FREQ=WEEKLY;BYDAY=1MO;COUNT=1", "BYDAY takes numbers"),
        ("FREQ=MONTHLY;BYDAY=1MO,TU;COUNT=1", "for all its days or for none"),
        ("FREQ=MONTHLY;BYDAY=6MO;COUNT=1", "numbers from 1 to 5"),
        ("FREQ=YEARLY;BYDAY=54MO;COUNT=1", "numbers from 1 to 53"),
        ("FREQ=WEEKLY;BYMONTHDAY=1;COUNT=1", "BYMONTHDAY does not go"),
        ("FREQ=MONTHLY;BYMONTHDAY=32;COUNT=1", "BYMONTHDAY must be from 1 to 31, or -31 to -1"),
        ("FREQ=YEARLY;BYMONTH=-1;COUNT=1", "BYMONTH must be from 1 to 12"),
        ("FREQ=DAILY;BYSETPOS=1;COUNT=1", "BYSETPOS goes with"),
        ("FREQ=DAILY;WKST=XX;COUNT=1", "WKST must be"),
        ("FREQ=DAILY;UNTIL=20260230", "UNTIL must be"),
        ("FREQ=DAILY;UNTIL=tomorrow", "UNTIL must be"),
        ("FREQ=DAILY;UNTIL=99991231T235959Z", "UNTIL must be"),
        ("FREQ=DAILY;UNTIL=20400101", "UNTIL is more than five years"),
        ("FREQ=DAILY;UNTIL=20200101", "never happens"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1", "never happens"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;UNTIL=20300101", "never happens"),
        ("FREQ=YEARLY;COUNT=7", "COUNT leads more than five years"),
    ],
)
def test_what_is_not_taken_is_named(text, named):
    start = at("2026-10-01T09:00")
    with pytest.raises(InvalidInput, match=named):
        expansion.find_last(expansion.complete(rrule.parse(text, BERLIN), start), start)
