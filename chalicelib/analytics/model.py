"""The search event as it is archived, and the report over it; pure."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from chalicelib import search_event, times
from chalicelib.errors import InvalidInput
from chalicelib.search_event import Moment
from chalicelib.times import AskedTime

DEFAULT_RANGE = timedelta(hours=24)
BY_MINUTE_UP_TO = timedelta(hours=2)
MAX_USER_LENGTH = 1024  # as the event's, see `chalicelib.search_event`


class ArchivedSearch(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the archive. `found` and `searched_by`, an id, are None where not sent.

    `v` is the form of the event that it was made of, see `chalicelib.search_event`.
    """

    event_id: str
    user: str
    action: str
    at: Moment
    found: bool | None = None
    request_id: str | None = None
    searched_by: str | None = None
    v: int = 0
    message_id: str | None = None
    trace: str | None = None


def parse_message(
    body: str, *, message_id: str, sent_at_ms: int, trace: str | None = None
) -> ArchivedSearch:
    """The line of the event in a message; what seed 000's form leaves out comes from the message.

    Raises InvalidInput for what is no search event.
    """
    sent = search_event.decode(body)
    try:
        at = (sent.at or datetime.fromtimestamp(sent_at_ms / 1000, UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInput("the message is not a search event") from error
    return ArchivedSearch(
        event_id=sent.event_id or message_id,
        user=sent.user,
        action=sent.action,
        at=at,
        found=sent.found,
        request_id=sent.request_id,
        searched_by=sent.searched_by,
        v=sent.v,
        message_id=message_id,
        trace=trace,
    )


class SearchInterval(StrEnum):
    """The width of a point in time, in UTC."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"

    @property
    def width(self) -> timedelta:
        """How long one is."""
        return _WIDTHS[self]

    def floor(self, at: datetime) -> datetime:
        """When the one that holds `at` begins."""
        begin = at.replace(second=0, microsecond=0)
        if self is SearchInterval.MINUTE:
            return begin
        begin = begin.replace(minute=0)
        return begin if self is SearchInterval.HOUR else begin.replace(hour=0)


_WIDTHS = {
    SearchInterval.MINUTE: timedelta(minutes=1),
    SearchInterval.HOUR: timedelta(hours=1),
    SearchInterval.DAY: timedelta(days=1),
}


class SearchReportFormat(StrEnum):
    """The whole report, or its series as a table."""

    JSON = "json"
    CSV = "csv"


class SearchesQuery(msgspec.Struct, frozen=True):
    """The range [from, to), by default the last 24 hours, at most 31 days, and which searches.

    Times are RFC 3339, or ages such as `30s`, `15m`, `1h`, `7d`. `interval` is by default `minute`
    for up to two hours, which is the most for it, and else `hour`. `user` was searched for; `found`
    says whether anything was found. Without `format` the header `Accept` decides.
    """

    from_: AskedTime | None = msgspec.field(default=None, name="from")
    to: AskedTime | None = None
    interval: SearchInterval | None = None
    user: Annotated[str, Meta(min_length=1, max_length=MAX_USER_LENGTH)] | None = None
    found: bool | None = None
    format: SearchReportFormat | None = None


class Period(NamedTuple):
    """From `start` until before `end`, both in UTC."""

    start: datetime
    end: datetime

    @property
    def interval(self) -> SearchInterval:
        """The usual width of a point in time: a minute for up to two hours, else an hour."""
        is_short = self.end - self.start <= BY_MINUTE_UP_TO
        return SearchInterval.MINUTE if is_short else SearchInterval.HOUR


def period(query: SearchesQuery, now: datetime) -> Period:
    """The range that `query` asks for.

    Raises InvalidInput for a bad time, an empty range, or one of more than 31 days.
    """
    given = (query.from_, query.to)
    return Period(*times.parse_span(given, ("from", "to"), now, DEFAULT_RANGE))


def choose_interval(query: SearchesQuery, asked: Period) -> SearchInterval:
    """The width of the points that `query` asks for.

    Raises InvalidInput for minutes of more than two hours.
    """
    chosen = query.interval or asked.interval
    if chosen is SearchInterval.MINUTE and asked.interval is not SearchInterval.MINUTE:
        raise InvalidInput("interval=minute goes with a range of up to two hours")
    return chosen


class SearchPoint(msgspec.Struct, frozen=True):
    """The searches of one interval, which begins at `at`."""

    at: Moment
    searches: int
    found: int
    missed: int


class UserSearches(msgspec.Struct, frozen=True):
    """How often a user was searched for."""

    user: str
    searches: int
    found: int
    missed: int


class SearchArchiveRead(msgspec.Struct, frozen=True, kw_only=True):
    """What the report was made from, and what it left out to stay within its bounds.

    `bytes` are compressed. `damaged_objects` could be read in part or not at all. `complete` is
    false when anything was left out or damaged; the newest objects are read first.
    """

    objects: int
    bytes: int
    rows: int
    malformed_rows: int
    damaged_objects: int
    complete: bool
    left_out_objects: int
    left_out_bytes: int


class SearchScope(StrEnum):
    """Whose searches a report counts: everybody's for operators, else those of the caller."""

    ALL = "all"
    OWN = "own"


class SearchReport(msgspec.Struct, frozen=True, kw_only=True):
    """Searches in [from, to), each counted once however often it was delivered.

    `unknown` searches did not say whether they found anything. `complete` is false when a part of
    the archive was left out or damaged. In the scope `own`, `top_users` is empty and `read` null:
    both would tell of others.
    """

    from_: Moment = msgspec.field(name="from")
    to: Moment
    scope: SearchScope
    interval: SearchInterval
    total: int
    found: int
    missed: int
    unknown: int
    series: list[SearchPoint]
    top_users: list[UserSearches]
    complete: bool
    read: SearchArchiveRead | None
