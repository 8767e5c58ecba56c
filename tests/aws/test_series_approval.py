"""Series where messages need approval: each waits, until its series is approved with one."""

import dataclasses

import msgspec
import pytest
from support.publishing import Publisher, call_of

from chalicelib.errors import Conflict, NotFound
from chalicelib.publisher.model import (
    Channel,
    MessageChange,
    MessageStatus,
    NewApproval,
    NewSeries,
    OccurrenceChange,
    SeriesChange,
)

BOB = call_of("bob")
DAY_S = 24 * 3600


@pytest.fixture
def publisher(aws):
    return Publisher(aws, need_approval=True)


@pytest.fixture
def series(publisher):
    """Every day at 18:00; it is 10:00 on the first."""
    new = NewSeries(
        content="Hello",
        channels=[Channel.FACEBOOK],
        rrule="FREQ=DAILY;COUNT=9",
        starts_at="2026-11-28T18:00:00",
        time_zone="UTC",
    )
    return publisher.series.create(new, call_of())


def make_next(publisher, series):
    """The message of the next occurrence, once the tick has made it."""
    publisher.tick.run()
    message_id = publisher.series_store.get(series.id).last_message_id
    return publisher.lookup.get(message_id, call_of())


def approve(publisher, message, series_rev=None, call=BOB):
    given = NewApproval(rev=message.rev, series_rev=series_rev)
    return publisher.approving.approve(message.id, given, call)


def test_each_message_waits_unless_its_series_was_approved(publisher, series):
    for _ in range(2):
        message = make_next(publisher, series)
        assert message.status is MessageStatus.WAITING
        assert approve(publisher, message).status is MessageStatus.SCHEDULED
        publisher.clock.turn(DAY_S)


def test_who_approves_the_series_approves_what_it_says_later(publisher, series):
    first = make_next(publisher, series)
    assert approve(publisher, first, series_rev=1).status is MessageStatus.SCHEDULED
    shown = publisher.series.get(series.id, 0, call_of())
    assert (shown.rev, shown.approval.by, shown.approval.is_current) == (2, "bob", True)
    publisher.clock.turn(DAY_S)
    second = make_next(publisher, series)
    assert (second.status, second.approval.by) == ("scheduled", "bob")
    publisher.clock.turn(DAY_S / 2)
    publisher.tick.run()
    publisher.deliver_stream()
    assert publisher.lookup.get(second.id, call_of()).status is MessageStatus.SENT


@pytest.mark.parametrize(
    "change",
    [
        SeriesChange(content="Other"),
        SeriesChange(channels=[Channel.LINKEDIN]),
        SeriesChange(rrule="FREQ=DAILY;COUNT=8"),
        SeriesChange(starts_at="2026-11-28T18:01:00"),
    ],
)
def test_a_series_that_was_changed_since_waits_again(publisher, series, change):
    approve(publisher, make_next(publisher, series), series_rev=1)
    changed = publisher.series.change(series.id, change, call_of())
    assert not changed.approval.is_current
    publisher.clock.turn(DAY_S)
    assert make_next(publisher, series).status is MessageStatus.WAITING


def test_an_occurrence_that_was_changed_waits_by_itself(publisher, series):
    approve(publisher, make_next(publisher, series), series_rev=1)
    change = OccurrenceChange(content="Once")
    publisher.single_occurrences.change(series.id, "20261129T180000", change, call_of())
    publisher.clock.turn(DAY_S)
    assert make_next(publisher, series).status is MessageStatus.WAITING
    publisher.clock.turn(DAY_S)
    assert make_next(publisher, series).status is MessageStatus.SCHEDULED


def test_a_message_of_an_approved_series_that_is_changed_waits(publisher, series):
    approved = approve(publisher, make_next(publisher, series), series_rev=1)
    change = MessageChange(content="Other")
    assert publisher.editing.change(approved.id, change, call_of()).status == "waiting"
    change = OccurrenceChange(content="Again")
    publisher.single_occurrences.change(series.id, "20261128T180000", change, call_of())
    assert publisher.lookup.get(approved.id, call_of()).status is MessageStatus.WAITING


def test_a_series_is_not_approved_unseen_or_with_a_message_that_says_else(publisher, series):
    first = make_next(publisher, series)
    for series_rev, call in ((2, BOB), (7, call_of("eve"))):
        with pytest.raises(Conflict, match="the series of the message is at revision 1"):
            approve(publisher, first, series_rev, call)
    change = MessageChange(content="Other")
    changed = publisher.editing.change(first.id, change, call_of())
    with pytest.raises(Conflict, match="the message differs from its series"):
        approve(publisher, changed, series_rev=1)
    publisher.series.delete(series.id, call_of())
    with pytest.raises(Conflict, match="the series of the message is gone"):
        approve(publisher, changed, series_rev=1)
    assert publisher.lookup.get(first.id, call_of()).status is MessageStatus.WAITING
    assert approve(publisher, changed).status is MessageStatus.SCHEDULED


class _Overtaken:
    """The store of series, in which somebody changes each right after it was read."""

    def __init__(self, store):
        self.store, self.put = store, store.put

    def get(self, series_id):
        seen = self.store.get(series_id)
        self.store.replace(msgspec.structs.replace(seen, rev=seen.rev + 1), seen)
        return seen


def test_an_approval_that_meets_a_change_of_the_series_approves_neither(publisher, series):
    first = make_next(publisher, series)
    overtaken = _Overtaken(publisher.series_store)
    publisher.approving = dataclasses.replace(publisher.approving, series=overtaken)
    with pytest.raises(Conflict, match="changed meanwhile"):
        approve(publisher, first, series_rev=1)
    assert publisher.lookup.get(first.id, call_of()).status is MessageStatus.WAITING
    assert publisher.series_store.get(series.id).approved is None


def test_an_approver_reads_a_series_while_its_message_waits(publisher, series):
    with pytest.raises(NotFound):
        publisher.series.get(series.id, 0, BOB)
    message = make_next(publisher, series)
    assert publisher.series.get(series.id, 0, BOB).rrule == "FREQ=DAILY;COUNT=9"
    for attempt in (
        lambda: publisher.series.change(series.id, SeriesChange(content="x"), BOB),
        lambda: publisher.series.delete(series.id, BOB),
        lambda: publisher.single_occurrences.skip(series.id, "20261129T180000", BOB),
    ):
        with pytest.raises(NotFound):
            attempt()
    approve(publisher, message)
    with pytest.raises(NotFound):
        publisher.series.get(series.id, 0, BOB)
