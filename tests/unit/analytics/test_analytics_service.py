from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.analytics.model import (
    ArchivedSearch,
    SearchesQuery,
    SearchInterval,
    SearchPoint,
    UserSearches,
)
from chalicelib.analytics.part import Content
from chalicelib.analytics.reading import READERS, ReadLimits
from chalicelib.analytics.service import LIMITS, Analytics
from chalicelib.aws.bucket import StoredObject
from chalicelib.errors import InvalidInput, Unavailable
from chalicelib.web.call import Call
from chalicelib.web.principal import Principal

START = datetime(2026, 1, 2, 3, 30, 20, tzinfo=UTC)
TWO_MINUTES = SearchesQuery("2026-01-02T03:30:20Z", "2026-01-02T03:32:20Z")


class FakeArchive:
    """Parts by key, all on one day; a part is its content, or None when it vanished."""

    def __init__(self, parts, clock=None, size_bytes=100):
        self._parts = parts
        self._clock = clock
        self._size_bytes = size_bytes

    def days(self, period):
        return [period.end.date()]

    def parts(self, day, period):
        return [StoredObject(key, self._size_bytes) for key in sorted(self._parts, reverse=True)]

    def content(self, key):
        if self._clock:
            self._clock.now_s += 1
        found = self._parts[key]
        if isinstance(found, Exception):
            raise found
        return found


class FakeClock:
    now_s = 0.0

    def __call__(self):
        return self.now_s


def _event(event_id, after_s=0.0, user="ann", found=True, *, action="search", by=None):
    at = START + timedelta(seconds=after_s)
    return ArchivedSearch(
        event_id=event_id, user=user, action=action, at=at, found=found, searched_by=by
    )


def _call(caller, *groups):
    return Call(request_id="r", caller=Principal(caller, "", frozenset(groups), None))


OPERATOR = _call("op-1", "operator")


def _content(*events, malformed_rows=0, unpacked_bytes=1_000, is_damaged=False):
    return Content(list(events), malformed_rows, unpacked_bytes, is_damaged)


def _report(*contents, query=TWO_MINUTES, limits=LIMITS, clock=None, size_bytes=100, call=OPERATOR):
    parts = {f"part-{number:04}": content for number, content in enumerate(contents)}
    clock = clock or FakeClock()
    archive = FakeArchive(parts, clock if limits.time_s < LIMITS.time_s else None, size_bytes)
    return Analytics(archive, lambda: START, limits=limits, clock=clock).searches(query, call)


def test_searches_are_counted_over_time_and_by_what_they_found():
    report = _report(
        _content(_event("1", 0), _event("2", 39, found=False), _event("3", 40, found=None)),
        _content(_event("4", 119.999999)),
    )

    assert (report.total, report.found, report.missed, report.unknown) == (4, 2, 1, 1)
    assert report.interval == "minute"
    assert report.series == [
        SearchPoint(datetime(2026, 1, 2, 3, 30, tzinfo=UTC), 2, 1, 1),
        SearchPoint(datetime(2026, 1, 2, 3, 31, tzinfo=UTC), 1, 0, 0),
        SearchPoint(datetime(2026, 1, 2, 3, 32, tzinfo=UTC), 1, 1, 0),
    ]


def test_the_range_takes_its_start_and_leaves_its_end():
    report = _report(_content(_event("1", -0.000001), _event("2", 0), _event("3", 120)))

    assert report.total == 1
    assert report.read.rows == 3


def test_an_event_archived_twice_is_counted_once():
    report = _report(_content(_event("1"), _event("2"), _event("1")), _content(_event("2")))

    assert report.total == 2
    assert report.read.rows == 4


def test_only_searches_are_counted():
    assert _report(_content(_event("1", action="login"), _event("2"))).total == 1


def test_hours_without_a_search_are_there_with_zeros():
    query = SearchesQuery("2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z")

    report = _report(_content(_event("1")), query=query)

    assert report.interval == "hour"
    assert [point.at.hour for point in report.series] == list(range(24))
    assert [point.searches for point in report.series] == [0] * 3 + [1] + [0] * 20


def test_the_ten_users_searched_for_most_come_first_by_count_then_name():
    events = [
        _event(f"{user}-{n}", user=f"user-{user:02}")
        for user in range(12)
        for n in range(user // 2)
    ]

    report = _report(_content(*events))

    assert report.top_users[:3] == [
        UserSearches("user-10", 5, 5, 0),
        UserSearches("user-11", 5, 5, 0),
        UserSearches("user-08", 4, 4, 0),
    ]
    assert len(report.top_users) == 10


def test_a_whole_read_says_so():
    read = _report(_content(_event("1"), malformed_rows=2), _content()).read

    assert (read.objects, read.bytes, read.rows, read.malformed_rows) == (2, 200, 1, 2)
    assert (read.complete, read.left_out_objects, read.left_out_bytes) == (True, 0, 0)


def test_beyond_the_limit_of_objects_the_oldest_are_left_out():
    contents = [_content(_event(str(n), user=f"u{n}")) for n in range(5)]

    report = _report(*contents, limits=ReadLimits(objects=2))

    assert [user.user for user in report.top_users] == ["u3", "u4"]
    assert (report.read.objects, report.read.left_out_objects) == (2, 3)
    assert report.read.left_out_bytes == 300
    assert not report.read.complete


def test_beyond_the_limit_of_bytes_the_oldest_are_left_out():
    report = _report(*[_content()] * 5, limits=ReadLimits(bytes=350))

    assert (report.read.bytes, report.read.left_out_bytes) == (300, 200)
    assert not report.read.complete


def test_no_part_is_read_beyond_the_limit_of_unpacked_bytes():
    contents = [_content(unpacked_bytes=1_000)] * (2 * READERS + 1)

    report = _report(*contents, limits=ReadLimits(unpacked_bytes=1_000 * READERS + 1))

    assert (report.read.objects, report.read.left_out_objects) == (2 * READERS, 1)


def test_no_read_begins_after_the_time_budget():
    contents = [_content()] * (3 * READERS)

    report = _report(*contents, limits=ReadLimits(time_s=READERS + 1))  # a read takes a second

    assert report.read.objects == 2 * READERS
    assert not report.read.complete


def test_days_that_could_not_be_listed_in_time_make_it_incomplete():
    report = _report(_content(_event("1")), limits=ReadLimits(time_s=0))

    assert (report.total, report.read.complete) == (0, False)


def test_a_damaged_part_counts_as_far_as_it_goes_and_makes_it_incomplete():
    report = _report(_content(_event("1"), is_damaged=True))

    assert (report.total, report.read.damaged_objects, report.read.complete) == (1, 1, False)


def test_a_part_that_vanished_is_left_out():
    report = _report(_content(_event("1")), None)

    assert (report.total, report.read.left_out_objects, report.read.complete) == (1, 1, False)


def test_an_archive_that_cannot_be_read_is_no_empty_report():
    with pytest.raises(Unavailable):
        _report(_content(_event("1")), Unavailable("the archive is not available"))


def test_an_operator_gets_the_searches_of_everybody():
    report = _report(_content(_event("1", by="u-1"), _event("2", by="op-1"), _event("3")))

    assert (report.scope, report.total, report.complete) == ("all", 3, True)
    assert report.top_users == [UserSearches("ann", 3, 3, 0)]
    assert report.read.rows == 3


def test_anyone_else_gets_their_own_searches_and_nothing_of_others():
    mine = [_event("1", by="u-1"), _event("2", 60, by="u-1", found=False)]
    others = [_event("3", by="u-2", user="eve"), _event("4", user="old"), _event("5", by="")]

    report = _report(_content(*mine, *others, malformed_rows=1), call=_call("u-1", "publisher"))

    assert (report.scope, report.total, report.found, report.missed) == ("own", 2, 1, 1)
    assert [point.searches for point in report.series] == [1, 1, 0]
    assert (report.top_users, report.read, report.complete) == ([], None, True)


def test_who_searched_nothing_gets_zeros_and_is_told_what_was_left_out():
    contents = [_content(_event(str(n), by="u-2")) for n in range(3)]

    report = _report(*contents, limits=ReadLimits(objects=1), call=_call("u-1"))

    assert (report.total, report.complete) == (0, False)


def test_the_searches_for_one_user_or_with_one_outcome_are_counted_alone():
    events = _content(
        _event("1"),
        _event("2", found=False),
        _event("3", found=None),
        _event("4", user="eve", found=False),
    )
    ann = SearchesQuery(TWO_MINUTES.from_, TWO_MINUTES.to, user="ann")
    missed = SearchesQuery(TWO_MINUTES.from_, TWO_MINUTES.to, found=False)

    report = _report(events, query=ann)
    assert (report.total, report.found, report.missed, report.unknown) == (3, 1, 1, 1)
    assert report.top_users == [UserSearches("ann", 3, 1, 1)]
    report = _report(events, query=missed)
    assert (report.total, report.found, report.missed) == (2, 0, 2)
    assert report.top_users == [UserSearches("ann", 1, 0, 1), UserSearches("eve", 1, 0, 1)]


def test_who_is_no_operator_asks_for_a_user_among_their_own_searches():
    events = _content(_event("1", by="u-1"), _event("2", by="u-2"), _event("3", user="eve"))
    query = SearchesQuery(TWO_MINUTES.from_, TWO_MINUTES.to, user="ann")

    report = _report(events, query=query, call=_call("u-1"))

    assert (report.scope, report.total, report.top_users, report.read) == ("own", 1, [], None)


def test_days_are_counted_from_midnight_to_midnight():
    query = SearchesQuery(
        "2026-01-01T12:00:00Z", "2026-01-03T00:00:00Z", interval=SearchInterval.DAY
    )

    report = _report(_content(_event("1"), _event("2", 3600)), query=query)

    assert report.interval == "day"
    assert report.series == [
        SearchPoint(datetime(2026, 1, 1, tzinfo=UTC), 0, 0, 0),
        SearchPoint(datetime(2026, 1, 2, tzinfo=UTC), 2, 2, 0),
    ]


@pytest.mark.parametrize(
    ("interval", "points"), [(None, 3), ("minute", 3), ("hour", 1), ("day", 1)]
)
def test_a_short_range_has_any_interval(interval, points):
    chosen = interval and SearchInterval(interval)
    query = SearchesQuery(TWO_MINUTES.from_, TWO_MINUTES.to, interval=chosen)

    report = _report(_content(_event("1")), query=query)

    assert (report.interval, len(report.series)) == (interval or "minute", points)
    assert report.total == 1


def test_minutes_of_a_long_range_are_refused():
    query = SearchesQuery(
        "2026-01-01T00:00:00Z", "2026-01-01T02:00:01Z", interval=SearchInterval.MINUTE
    )
    with pytest.raises(InvalidInput, match="two hours"):
        _report(query=query)


def test_a_bad_range_is_refused():
    with pytest.raises(InvalidInput):
        _report(query=SearchesQuery("2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"))
