"""Counts the events of a period, each once, into a report; pure."""

from collections import Counter
from datetime import timedelta

from chalicelib.analytics.model import (
    INTERVAL_S,
    ArchivedSearch,
    Period,
    Point,
    Read,
    Scope,
    SearchReport,
    UserSearches,
)
from chalicelib.analytics.part import Content
from chalicelib.search_event import SEARCH

TOP_USERS = 10


class Tally:
    """What was counted so far. The worker archives at least once, so ids tell the repeats.

    With `by` only the searches of that person are counted.
    """

    def __init__(self, period: Period, by: str | None = None) -> None:
        self._period = period
        self._by = by
        self._step = timedelta(seconds=INTERVAL_S[period.interval])
        self._first = period.start.replace(second=0, microsecond=0)
        if period.interval == "hour":
            self._first = self._first.replace(minute=0)
        points = -((self._first - period.end) // self._step)
        self._searches = [0] * points
        self._found = [0] * points
        self._missed = [0] * points
        self._users: Counter[str] = Counter()
        self._seen: set[str] = set()

    def add(self, content: Content) -> None:
        """Count the searches of a part that are in the period and were not counted before."""
        for event in content.events:
            if self._is_new(event):
                self._seen.add(event.event_id)
                self._count(event)

    def report(self, read: Read) -> SearchReport:
        """The report over what was counted."""
        total, found, missed = sum(self._searches), sum(self._found), sum(self._missed)
        return SearchReport(
            from_=self._period.start,
            to=self._period.end,
            scope=Scope.ALL if self._by is None else Scope.OWN,
            interval=self._period.interval,
            total=total,
            found=found,
            missed=missed,
            unknown=total - found - missed,
            series=self._list_points(),
            top_users=self._top_users(),
            complete=read.complete,
            read=read if self._by is None else None,
        )

    def _list_points(self) -> list[Point]:
        counted = zip(self._searches, self._found, self._missed, strict=True)
        return [
            Point(self._first + index * self._step, *counts) for index, counts in enumerate(counted)
        ]

    def _top_users(self) -> list[UserSearches]:
        if self._by is not None:
            return []
        top = sorted(self._users.items(), key=lambda entry: (-entry[1], entry[0]))[:TOP_USERS]
        return [UserSearches(user, searches) for user, searches in top]

    def _is_new(self, event: ArchivedSearch) -> bool:
        return (
            event.action == SEARCH
            and self._by in (None, event.searched_by)
            and self._period.start <= event.at < self._period.end
            and event.event_id not in self._seen
        )

    def _count(self, event: ArchivedSearch) -> None:
        index = (event.at - self._first) // self._step
        self._searches[index] += 1
        self._found[index] += event.found is True
        self._missed[index] += event.found is False
        self._users[event.user] += 1
