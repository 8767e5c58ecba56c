"""Series on a table of moto's: what the tick makes of them, and what their authors change."""

import random
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from support.publishing import AT_1, Publisher, call_of

from chalicelib.errors import Conflict, InvalidInput, NotFound, PreconditionFailed, Unavailable
from chalicelib.publisher import due_store
from chalicelib.publisher.model import (
    MessageList,
    MessageStatus,
    NewSeries,
    OccurrenceChange,
    OccurrenceList,
    SeriesChange,
    SeriesList,
)
from chalicelib.publisher.series import service, single

BERLIN = "Europe/Berlin"
DAILY, WEEKLY = "FREQ=DAILY;COUNT=10", "FREQ=WEEKLY;COUNT=4"


@pytest.fixture
def publisher(aws) -> Publisher:
    """At 10:00 UTC of Saturday, 28 November 2026."""
    return Publisher(aws)


def new(rrule=DAILY, starts_at="2026-11-29T09:00:00", **more) -> NewSeries:
    fields = {"content": "Hello", "channels": ["sms"], "time_zone": BERLIN, **more}
    return NewSeries(rrule=rrule, starts_at=starts_at, **fields)


def create(publisher, *args, **more):
    return publisher.series.create(new(*args, **more), call_of())


def messages(publisher, user="ada"):
    """The messages there are, the first made first."""
    return publisher.lookup.page(MessageList(limit=100), call_of(user)).messages[::-1]


def times_of(found) -> list[str]:
    return [one.scheduled_at for one in found]


def go_on(publisher, days: float, every_h: float = 6) -> None:
    """Let hours pass, with a tick and the deliveries of each."""
    for _ in range(round(days * 24 / every_h)):
        publisher.clock.turn(every_h * 3600)
        publisher.tick.run()
        publisher.deliver_stream()


def test_a_message_is_made_12_hours_before_its_time_and_only_one(publisher):
    series = create(publisher)
    assert (series.status, series.next_at) == ("active", "2026-11-29T08:00:00Z")
    assert times_of(series.occurrences)[:2] == ["2026-11-29T08:00:00Z", "2026-11-30T08:00:00Z"]
    publisher.clock.turn(10 * 3600 - 1)
    publisher.tick.run()
    assert messages(publisher) == []
    publisher.clock.turn(1)
    publisher.tick.run()
    publisher.tick.run()
    (message,) = messages(publisher)
    assert (message.status, message.scheduled_at) == ("scheduled", "2026-11-29T08:00:00Z")
    assert (message.series_id, message.occurrence) == (series.id, "20261129T090000")
    assert (message.time_zone, message.content) == (BERLIN, "Hello")
    found = publisher.series.get(series.id, 1, call_of())
    assert (found.next_at, found.last_message_id) == ("2026-11-30T08:00:00Z", message.id)
    assert (found.rev, times_of(found.occurrences)) == (1, ["2026-11-30T08:00:00Z"])


def test_its_keys_are_those_of_its_access_patterns(publisher):
    series = create(publisher)
    item = publisher.table.get({"PK": f"SERIES#{series.id}", "SK": "METADATA"})
    assert (item["GSI1PK"], item["GSI1SK"]) == ("USER#ada", f"SERIES#{series.id}")
    assert (item["GSI2PK"], item["GSI2SK"]) == ("STATUS#recurring", "2026-11-28T20:00:00Z")


def test_each_occurrence_goes_out_once_at_its_time_and_then_the_series_ends(publisher):
    series = create(publisher, "FREQ=DAILY;COUNT=3")
    go_on(publisher, 5)
    found = messages(publisher)
    assert times_of(found) == [f"2026-{day}T08:00:00Z" for day in ("11-29", "11-30", "12-01")]
    assert {message.status for message in found} == {MessageStatus.SENT}
    assert set(publisher.count_live().values()) == {1}
    ended = publisher.series.get(series.id, 10, call_of())
    assert (ended.status, ended.next_at, ended.occurrences, ended.missed) == ("ended", None, [], [])
    item = publisher.table.get({"PK": f"SERIES#{series.id}", "SK": "METADATA"})
    assert "GSI2PK" not in item


@pytest.mark.parametrize(
    ("begin", "starts_at", "zone", "times"),
    [
        # October in Berlin: an hour comes twice, and 09:00 stays 09:00.
        ("2026-10-23", "2026-10-24T09:00", BERLIN, ["10-24T07:00", "10-25T08:00", "10-26T08:00"]),
        ("2026-10-23", "2026-10-24T02:30", BERLIN, ["10-24T00:30", "10-25T00:30", "10-26T01:30"]),
        # March: 02:30 is skipped on the 29th, and 03:30 is taken.
        ("2026-03-27", "2026-03-28T02:30", BERLIN, ["03-28T01:30", "03-29T01:30", "03-30T00:30"]),
        ("2026-03-06", "2026-03-07T02:30", "America/New_York", ["03-07T07:30", "03-08T07:30"]),
        ("2026-10-02", "2026-10-03T02:10", "Australia/Lord_Howe", ["10-02T15:40", "10-03T15:40"]),
    ],
)
def test_the_local_time_stays_over_a_clock_change(publisher, begin, starts_at, zone, times):
    publisher.clock.at = datetime.fromisoformat(begin).replace(tzinfo=UTC)
    create(publisher, f"FREQ=DAILY;COUNT={len(times)}", starts_at, time_zone=zone)
    go_on(publisher, 4, every_h=3)
    found = messages(publisher)
    assert times_of(found) == [f"2026-{at}:00Z" for at in times]
    assert set(publisher.count_live().values()) == {1}


def test_a_skipped_hour_is_noted(publisher):
    publisher.clock.at = datetime(2026, 3, 27, tzinfo=UTC)
    series = create(publisher, "FREQ=DAILY;COUNT=3", "2026-03-28T02:30")
    (_, moved, _) = series.occurrences
    assert moved.id == "20260329T023000"
    assert "does not exist in Europe/Berlin; moved to 2026-03-29T03:30:00" in moved.notes[0]


def test_many_ticks_at_once_that_crash_make_each_message_once(publisher):
    """The process is killed before the transaction, or its response is lost."""
    series = create(publisher, "FREQ=DAILY;COUNT=3")
    chance = random.Random(5)  # noqa: S311 seeded

    def crash(**_):
        if chance.random() < 0.3:
            raise Unavailable("crashed")

    for when in ("before-call", "after-call"):
        event = f"{when}.dynamodb.TransactWriteItems"
        publisher.store.client.meta.events.register(event, crash)

    def make(_) -> None:
        with suppress(Unavailable):
            publisher.series_maker.make(series.id)

    for _ in range(16):
        publisher.clock.turn(6 * 3600)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(make, range(4)))
    assert times_of(messages(publisher)) == [
        f"2026-{day}T08:00:00Z" for day in ("11-29", "11-30", "12-01")
    ]


def test_after_an_outage_only_the_last_one_is_sent_and_the_others_are_kept_as_missed(publisher):
    series = create(publisher)
    publisher.clock.turn(4.25 * 86400)  # to 16:00 of 2 December
    publisher.tick.run()
    publisher.tick.run()
    publisher.deliver_stream()
    (message,) = messages(publisher)
    assert (message.scheduled_at, message.status) == ("2026-12-02T08:00:00Z", "sent")
    found = publisher.series.get(series.id, 1, call_of())
    assert [missed.id[:8] for missed in found.missed] == ["20261201", "20261130", "20261129"]
    assert "24 hours" in found.missed[0].reason
    assert found.next_at == "2026-12-03T08:00:00Z"


def test_what_is_older_than_24_hours_is_missed(publisher):
    series = create(publisher, WEEKLY)
    publisher.clock.turn(22 * 3600 + 24 * 3600 + 1)
    publisher.tick.run()
    assert messages(publisher) == []
    found = publisher.series.get(series.id, 1, call_of())
    assert [missed.scheduled_at for missed in found.missed] == ["2026-11-29T08:00:00Z"]
    assert found.next_at == "2026-12-06T08:00:00Z"


def test_one_occurrence_is_changed_and_another_skipped(publisher):
    series = create(publisher, WEEKLY)
    one = publisher.single_occurrences
    change = OccurrenceChange(content="Only today", scheduled_at="2026-12-06T11:00:00")
    changed = one.change(series.id, "20261206T090000", change, call_of())
    assert (changed.status, changed.scheduled_at, changed.text) == (
        "changed",
        "2026-12-06T10:00:00Z",
        "Only today",
    )
    one.skip(series.id, "20261213T090000", call_of())
    found = publisher.series.get(series.id, 10, call_of())
    assert found.rev == 3
    assert [coming.status for coming in found.occurrences] == [
        *("projected", "changed", "skipped", "projected")
    ]
    go_on(publisher, 30)
    sent = messages(publisher)
    assert times_of(sent) == [f"2026-{at}:00:00Z" for at in ("11-29T08", "12-06T10", "12-20T08")]
    assert [message.content for message in sent] == ["Hello", "Only today", "Hello"]
    assert sent[1].occurrence == "20261206T090000"


def test_the_next_one_may_be_skipped_moved_and_taken_back(publisher):
    series = create(publisher, WEEKLY)
    one, get = publisher.single_occurrences, publisher.series.get
    one.skip(series.id, "20261129T090000", call_of())
    assert get(series.id, 0, call_of()).next_at == "2026-12-06T08:00:00Z"
    one.change(series.id, "20261129T090000", OccurrenceChange(), call_of())
    found = get(series.id, 1, call_of())
    assert (found.next_at, found.occurrences[0].status) == ("2026-11-29T08:00:00Z", "projected")
    change = OccurrenceChange(scheduled_at="2026-11-28T12:00:00+01:00")
    one.change(series.id, "20261129T090000", change, call_of())
    publisher.tick.run()
    publisher.clock.turn(3600)
    publisher.tick.run()
    publisher.tick.run()
    (message,) = messages(publisher)
    assert (message.scheduled_at, message.status) == ("2026-11-28T11:00:00Z", "queued")
    go_on(publisher, 2)
    assert len(messages(publisher)) == 1


@pytest.mark.parametrize(
    "at",
    [
        "2026-11-29T08:00:00Z",  # the one before
        "2026-12-13T08:00:00Z",  # the one after
        "2026-11-28T10:00:00Z",  # now
        "2026-12-20T09:00:00",
    ],
)
def test_an_occurrence_is_not_moved_over_those_beside_it(publisher, at):
    series = create(publisher, WEEKLY)
    change = OccurrenceChange(scheduled_at=at)
    with pytest.raises(InvalidInput, match="scheduled_at must be between"):
        publisher.single_occurrences.change(series.id, "20261206T090000", change, call_of())


def test_an_occurrence_that_is_a_message_is_changed_and_skipped_as_that(publisher):
    series = create(publisher, WEEKLY)
    publisher.clock.turn(12 * 3600)
    publisher.tick.run()
    (message,) = messages(publisher)
    one = publisher.single_occurrences
    change = OccurrenceChange(content="Later", scheduled_at="2026-11-29T10:00:00")
    made = one.change(series.id, "20261129T090000", change, call_of())
    assert (made.status, made.message_id) == ("made", message.id)
    changed = publisher.lookup.get(message.id, call_of())
    assert (changed.content, changed.scheduled_at) == ("Later", "2026-11-29T09:00:00Z")
    assert changed.series_id == series.id
    one.skip(series.id, "20261129T090000", call_of())
    assert publisher.lookup.get(message.id, call_of()).status == "cancelled"
    with pytest.raises(Conflict):
        one.change(series.id, "20261129T090000", change, call_of())


@pytest.mark.parametrize("at", ["20261129T090001", "20261128T090000", "20300101T090000", "x", "."])
def test_what_is_no_occurrence_is_not_found(publisher, at):
    series = create(publisher, WEEKLY)
    with pytest.raises(NotFound):
        publisher.single_occurrences.change(series.id, at, OccurrenceChange(), call_of())
    with pytest.raises(NotFound):
        publisher.single_occurrences.skip(series.id, at, call_of())


def test_a_change_is_for_what_is_to_come(publisher):
    series = create(publisher, WEEKLY)
    publisher.single_occurrences.skip(series.id, "20261206T090000", call_of())
    publisher.clock.turn(12 * 3600)
    publisher.tick.run()
    (made,) = messages(publisher)
    change = SeriesChange(content="New words")
    changed = publisher.series.change(series.id, change, call_of())
    assert (changed.content, changed.rev) == ("New words", 3)
    assert changed.occurrences[0].status == "skipped"
    assert publisher.lookup.get(made.id, call_of()).content == "Hello"
    moved = publisher.series.change(
        series.id, SeriesChange(starts_at="2026-11-29T10:00", rrule="FREQ=DAILY;COUNT=3"), call_of()
    )
    assert [coming.status for coming in moved.occurrences] == ["projected"] * 3
    assert times_of(moved.occurrences) == [
        f"2026-{day}T09:00:00Z" for day in ("11-29", "11-30", "12-01")
    ]


def test_another_zone_repeats_nothing_that_was_made(publisher):
    series = create(publisher, DAILY)
    publisher.clock.turn(12 * 3600)
    publisher.tick.run()
    changed = publisher.series.change(series.id, SeriesChange(time_zone="Asia/Tokyo"), call_of())
    assert changed.next_at == "2026-11-30T00:00:00Z"
    back = publisher.series.change(series.id, SeriesChange(time_zone=BERLIN), call_of())
    assert back.next_at == "2026-11-30T08:00:00Z"
    go_on(publisher, 12)
    assert len(messages(publisher)) == 10


def test_a_change_expects_its_revision_and_the_tick_leaves_that_alone(publisher):
    series = create(publisher, WEEKLY)
    publisher.clock.turn(12 * 3600)
    publisher.tick.run()
    change = SeriesChange(content="Changed")
    publisher.series.change(series.id, change, call_of(precondition=AT_1))
    for attempt in (publisher.series.change, lambda of, _, call: publisher.series.delete(of, call)):
        with pytest.raises(PreconditionFailed):
            attempt(series.id, change, call_of(precondition=AT_1))


def test_an_author_and_the_tick_at_once_lose_nothing(publisher):
    series = create(publisher, WEEKLY)
    seen = publisher.series_store.get(series.id)
    publisher.clock.turn(12 * 3600)
    publisher.tick.run()
    with pytest.raises(Conflict):
        publisher.series.write(seen, seen)
    assert not publisher.series_store.delete(seen)
    assert publisher.series.get(series.id, 0, call_of()).next_at == "2026-12-06T08:00:00Z"


def test_an_ended_series_makes_nothing_more_and_its_message_stays(publisher):
    series = create(publisher)
    publisher.clock.turn(12 * 3600)
    publisher.tick.run()
    publisher.series.delete(series.id, call_of())
    go_on(publisher, 3)
    assert [message.status for message in messages(publisher)] == ["sent"]
    with pytest.raises(NotFound):
        publisher.series.get(series.id, 1, call_of())


def test_what_can_no_longer_be_published_is_missed_with_the_reason(publisher):
    series = create(publisher, channels=["email"])
    publisher.judge.audience.email.clear()
    publisher.clock.turn(12 * 3600)
    try:
        publisher.tick.run()
    finally:
        publisher.judge.audience.email.append("team@example.com")
    found = publisher.series.get(series.id, 1, call_of())
    assert messages(publisher) == []
    assert "no recipient" in found.missed[0].reason
    assert found.next_at == "2026-11-30T08:00:00Z"


def test_the_calendar_shows_what_is_to_come_and_no_message_twice(publisher):
    series = create(publisher)
    publisher.single_occurrences.skip(series.id, "20261201T090000", call_of())
    moved = OccurrenceChange(scheduled_at="2026-12-02T20:00:00")
    publisher.single_occurrences.change(series.id, "20261202T090000", moved, call_of())
    publisher.series.create(new(), call_of("bob"))
    publisher.clock.turn(12 * 3600)
    publisher.tick.run()
    span = OccurrenceList(from_="2026-11-28T00:00:00Z", to="2026-12-03T08:00:00Z")
    calendar = publisher.series_calendar.list_coming(span, call_of())
    assert [(one.scheduled_at, one.status) for one in calendar.occurrences] == [
        ("2026-11-30T08:00:00Z", "projected"),
        ("2026-12-01T08:00:00Z", "skipped"),
        ("2026-12-02T19:00:00Z", "changed"),
    ]
    assert calendar.complete
    later = OccurrenceList(from_="2026-12-02T10:00:00Z")
    found = publisher.series_calendar.list_coming(later, call_of()).occurrences
    assert times_of(found)[:2] == ["2026-12-02T19:00:00Z", "2026-12-03T08:00:00Z"]
    with pytest.raises(InvalidInput):
        publisher.series_calendar.list_coming(
            OccurrenceList(from_="2026-01-01T00:00:00Z", to="2026-12-01T00:00:00Z"), call_of()
        )


def test_the_same_key_is_the_same_series(publisher):
    first = publisher.series.create(new(), call_of(idempotency_key="k"))
    assert publisher.series.create(new(), call_of(idempotency_key="k")) == first
    with pytest.raises(Conflict):
        publisher.series.create(new(content="Other"), call_of(idempotency_key="k"))


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"rrule": "FREQ=HOURLY;COUNT=2"}, "FREQ"),
        ({"rrule": "FREQ=DAILY"}, "UNTIL or COUNT"),
        ({"rrule": "FREQ=DAILY;COUNT=1", "starts_at": "2026-11-01T09:00:00"}, "is past"),
        ({"starts_at": "2026-11-29T09:00:00Z"}, "starts_at"),
        ({"starts_at": "2026-02-30T09:00:00"}, "starts_at"),
        ({"starts_at": "2040-02-20T09:00:00"}, "starts_at is more than five years"),
        ({"starts_at": "9999-12-31T23:59:59"}, "starts_at is more than five years"),
        ({"time_zone": "Mars/Base"}, "time_zone"),
        ({"time_zone": ""}, "time_zone"),
        ({"channels": ["instagram"]}, "instagram"),
        ({"channels": ["sms", "sms"]}, "twice"),
        ({"media": ["none"]}, "media"),
        ({"content": "é" * 100_000, "channels": ["facebook"]}, "facebook"),
    ],
)
def test_what_breaks_a_rule_is_refused_and_nothing_written(publisher, fields, named):
    with pytest.raises(InvalidInput, match=named):
        publisher.series.create(new(**fields), call_of())
    assert publisher.table.scan(10).items == []


def test_changed_occurrences_are_bounded_in_number_and_size(publisher, monkeypatch):
    monkeypatch.setattr(single, "MAX_EDITS", 6)
    series = create(publisher, "FREQ=DAILY;COUNT=90", channels=["facebook"])
    coming = publisher.series.get(series.id, 60, call_of()).occurrences
    large = OccurrenceChange(content="x" * 60_000)
    for occurrence in coming[:4]:
        publisher.single_occurrences.change(series.id, occurrence.id, large, call_of())
    with pytest.raises(InvalidInput, match="300,000 bytes"):
        publisher.single_occurrences.change(series.id, coming[4].id, large, call_of())
    for occurrence in coming[4:6]:
        publisher.single_occurrences.skip(series.id, occurrence.id, call_of())
    with pytest.raises(Conflict):
        publisher.single_occurrences.skip(series.id, coming[6].id, call_of())


def test_anothers_series_is_not_found(publisher):
    series = create(publisher)
    bob, at = call_of("bob"), "20261129T090000"
    for attempt in (
        lambda: publisher.series.get(series.id, 1, bob),
        lambda: publisher.series.change(series.id, SeriesChange(), bob),
        lambda: publisher.series.delete(series.id, bob),
        lambda: publisher.single_occurrences.change(series.id, at, OccurrenceChange(), bob),
        lambda: publisher.single_occurrences.skip(series.id, at, bob),
    ):
        with pytest.raises(NotFound):
            attempt()


def test_pages_hold_the_callers_own_newest_first(publisher):
    made = [create(publisher).id for _ in range(3)]
    publisher.series.create(new(), call_of("bob"))
    first = publisher.series.page(SeriesList(limit=2), call_of())
    rest = publisher.series.page(SeriesList(limit=2, cursor=first.next_cursor), call_of())
    assert [one.id for one in (*first.series, *rest.series)] == sorted(made, reverse=True)
    assert first.series[0].occurrences == []


def test_there_may_be_so_many_series_of_a_person(publisher, monkeypatch):
    monkeypatch.setattr(service, "MAX_SERIES", 2)
    for _ in range(2):
        create(publisher)
    with pytest.raises(Conflict):
        create(publisher)


def test_a_series_that_cannot_be_read_keeps_back_no_other(publisher):
    first, second = create(publisher), create(publisher)
    item = publisher.table.get({"PK": f"SERIES#{first.id}", "SK": "METADATA"})
    publisher.table.put({**item, "rrule": "nonsense"})
    publisher.clock.turn(12 * 3600)
    with pytest.raises(InvalidInput):
        publisher.tick.run()
    assert [message.series_id for message in messages(publisher)] == [second.id]


def test_all_that_is_due_is_served_page_by_page(publisher, monkeypatch):
    monkeypatch.setattr(due_store, "PAGE", 3)
    for _ in range(8):
        create(publisher)
    publisher.clock.turn(12 * 3600)
    publisher.tick.run()
    assert len(messages(publisher)) == 8
