"""The calendar of an author behind a link of its own, for programs that cannot sign in.

The link's token is signed and names its author; the author's item says which link is valid, so that
a new link, or none, ends the one before.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta

from chalicelib.aws.table import Condition, ConditionFailed, Table
from chalicelib.errors import InvalidInput, NotFound
from chalicelib.publisher import keys, stored
from chalicelib.publisher.exchange import icalendar
from chalicelib.publisher.model import CalendarLink, OutboundMessage
from chalicelib.publisher.series.calendar import SeriesCalendar
from chalicelib.publisher.store import MessageStore
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors
from chalicelib.web.payload import Payload

PATH, SUFFIX = "/calendar/", ".ics"
BEFORE, AHEAD = timedelta(days=31), timedelta(days=366)
MAX_MESSAGES, MAX_OCCURRENCES = 1_000, 1_000
_PAGE = 100
_SCOPE = {"owner": "calendar", "query": "link"}
_THERE = Condition("attribute_exists(PK)")
_NONE = "there is no calendar link; POST makes one"
_NO_LINK = "This calendar link is not valid any more. Ask who gave it to you for another one."


@dataclass(frozen=True, slots=True)
class CalendarLinks:
    """The links of authors; `base_url` is where the API is called from outside."""

    table: Table
    tokens: Cursors
    base_url: str
    _: KW_ONLY
    now: Callable[[], datetime]

    def make(self, call: Call) -> CalendarLink:
        """Make the caller's link; the one before ends."""
        user, link, at = call.principal.id, secrets.token_urlsafe(12), keys.due_time(self.now())
        self.table.put({**keys.calendar_link(user), "link": link, "created_at": at})
        return self._show(user, link, at)

    def get(self, call: Call) -> CalendarLink:
        """The caller's link.

        Raises NotFound without one.
        """
        user = call.principal.id
        item = self.table.get(keys.calendar_link(user))
        if item is None:
            raise NotFound(_NONE)
        return self._show(user, item["link"], item["created_at"])

    def delete(self, call: Call) -> None:
        """End the caller's link.

        Raises NotFound without one.
        """
        try:
            self.table.delete(keys.calendar_link(call.principal.id), _THERE)
        except ConditionFailed as failed:
            raise NotFound(_NONE) from failed

    def read(self, token: str) -> str:
        """The author of a link.

        Raises NotFound for one that is not ours, or has ended.
        """
        text = token.removesuffix(SUFFIX)
        try:
            found = self.tokens.open(text + "=" * (-len(text) % 4), **_SCOPE) or {}
        except InvalidInput as error:
            raise NotFound(_NO_LINK) from error
        item = self.table.get(keys.calendar_link(str(found["user"])))
        if item is None or item["link"] != found["link"]:
            raise NotFound(_NO_LINK)
        return str(found["user"])

    def _show(self, user: str, link: str, at: str) -> CalendarLink:
        token = self.tokens.seal({"user": user, "link": link}, **_SCOPE) or ""
        url = f"{self.base_url.rstrip('/')}{PATH}{token.rstrip('=')}{SUFFIX}"
        return CalendarLink(url=url, created_at=at)


@dataclass(frozen=True, slots=True)
class CalendarFeed:
    """What is behind a link: from a month ago to a year ahead."""

    links: CalendarLinks
    store: MessageStore
    series: SeriesCalendar
    _: KW_ONLY
    now: Callable[[], datetime]

    def show(self, token: str) -> Payload:
        """The calendar, with at most 1,000 messages and 1,000 occurrences.

        Raises NotFound for a bad link.
        """
        user, now = self.links.read(token), self.now()
        coming = self.series.list_of(user, now, now + AHEAD)[:MAX_OCCURRENCES]
        events = icalendar.list_events(self._list_messages(user, now), coming, now)
        return Payload(
            media_type=icalendar.MEDIA_TYPE,
            data=icalendar.render(events, "OmniData"),
            headers={"Content-Disposition": 'inline; filename="omnidata.ics"'},
        )

    def _list_messages(self, user: str, now: datetime) -> Iterator[OutboundMessage]:
        since, until = keys.due_time(now - BEFORE), keys.due_time(now + AHEAD)
        start = None
        for _ in range(MAX_MESSAGES // _PAGE):
            part = self.store.list_calendar(user, since, until, _PAGE, start)
            for loaded in part.messages:
                yield stored.show(*loaded)
            start = part.last_key
            if start is None:
                return
