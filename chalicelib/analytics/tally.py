"""Counts the events of a period, each once, into a report; pure."""

from collections import Counter
from collections.abc import Callable

from chalicelib.analytics.model import (
    ArchivedSearch,
    Period,
    SearchArchiveRead,
    SearchInterval,
    SearchPoint,
    SearchReport,
    SearchScope,
    UserSearches,
)
from chalicelib.analytics.part import Content
from chalicelib.search_event import SEARCH

TOP_USERS = 10


class Tally:
    """What was counted so far. The worker archives at least once, so ids tell the repeats.

    `counts` says of an event whether it is one of those that are asked for; `scope` what they are.
    """

    def __init__(
        self,
        period: Period,
        interval: SearchInterval,
        scope: SearchScope,
        counts: Callable[[ArchivedSearch], bool],
    ) -> None:
        self._period = period
        self._interval = interval
        self._scope = scope
        self._counts = counts
        self._first = interval.floor(period.start)
        points = -((self._first - period.end) // interval.width)
        self._searches = [0] * points
        self._found = [0] * points
        self._missed = [0] * points
        self._users: Counter[str] = Counter()
        self._users_found: Counter[str] = Counter()
        self._users_missed: Counter[str] = Counter()
        self._seen: set[str] = set()

    def add(self, content: Content) -> None:
        """Count the searches of a part that are in the period and were not counted before."""
        for event in content.events:
            if self._is_new(event):
                self._seen.add(event.event_id)
                self._count(event)

    def report(self, read: SearchArchiveRead) -> SearchReport:
        """The report over what was counted."""
        total, found, missed = sum(self._searches), sum(self._found), sum(self._missed)
        return SearchReport(
            from_=self._period.start,
            to=self._period.end,
            scope=self._scope,
            interval=self._interval,
            total=total,
            found=found,
            missed=missed,
            unknown=total - found - missed,
            series=self._list_points(),
            top_users=self._top_users(),
            complete=read.complete,
            read=read if self._scope is SearchScope.ALL else None,
        )

    def _list_points(self) -> list[SearchPoint]:
        counted = zip(self._searches, self._found, self._missed, strict=True)
        return [
            SearchPoint(self._first + index * self._interval.width, *counts)
            for index, counts in enumerate(counted)
        ]

    def _top_users(self) -> list[UserSearches]:
        if self._scope is SearchScope.OWN:
            return []
        top = sorted(self._users.items(), key=lambda entry: (-entry[1], entry[0]))[:TOP_USERS]
        return [
            UserSearches(user, searches, self._users_found[user], self._users_missed[user])
            for user, searches in top
        ]

    def _is_new(self, event: ArchivedSearch) -> bool:
        return (
            event.action == SEARCH
            and self._period.start <= event.at < self._period.end
            and event.event_id not in self._seen
            and self._counts(event)
        )

    def _count(self, event: ArchivedSearch) -> None:
        index = (event.at - self._first) // self._interval.width
        self._searches[index] += 1
        self._found[index] += event.found is True
        self._missed[index] += event.found is False
        self._users[event.user] += 1
        self._users_found[event.user] += event.found is True
        self._users_missed[event.user] += event.found is False
