"""What is to come of an author's series, as their calendar shows it."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib.publisher import keys
from chalicelib.publisher.lookup import read_span
from chalicelib.publisher.model import OccurrenceCalendar, OccurrenceList, SeriesOccurrence
from chalicelib.publisher.series import occurrences
from chalicelib.publisher.series.service import MAX_SERIES
from chalicelib.publisher.series.store import SeriesStore
from chalicelib.web.call import Call

MAX_LISTED = 1_000


@dataclass(frozen=True, slots=True)
class SeriesCalendar:
    """The occurrences of one author's series that are no messages yet."""

    store: SeriesStore
    _: KW_ONLY
    now: Callable[[], datetime]

    def list_coming(self, query: OccurrenceList, call: Call) -> OccurrenceCalendar:
        """The occurrences in a range, earliest first; without one, of the next 62 days.

        Raises InvalidInput for a bad range.
        """
        now = self.now()
        span = read_span(query.from_, query.to, now) or read_span(keys.due_time(now), None, now)
        since, until = (datetime.fromisoformat(at) for at in span or ())
        found = self.list_of(call.principal.id, since, until)
        return OccurrenceCalendar(found[:MAX_LISTED], complete=len(found) <= MAX_LISTED)

    def list_of(self, user: str, since: datetime, until: datetime) -> list[SeriesOccurrence]:
        """All occurrences of a user's series in a range, earliest first."""
        found = [
            occurrences.show(series, occurrence)
            for series in self.store.list_all(user, 2 * MAX_SERIES)
            for occurrence in occurrences.list_between(series, since, until)
        ]
        return sorted(found, key=_by_time)


def _by_time(occurrence: SeriesOccurrence) -> tuple[str, str]:
    return occurrence.scheduled_at, occurrence.series_id
