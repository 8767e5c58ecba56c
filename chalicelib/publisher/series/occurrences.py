"""Which occurrences of a series are to come; pure.

Times are computed as local ones and then zoned: 09:00 stays 09:00 over a clock change. Of an hour
that comes twice the first is meant, one that is skipped moves forward.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import msgspec

from chalicelib.errors import InvalidInput
from chalicelib.publisher import due_times, keys
from chalicelib.publisher.model import OccurrenceStatus, SeriesOccurrence
from chalicelib.publisher.rules import Composition
from chalicelib.publisher.series import expansion, stored, timing
from chalicelib.publisher.series.stored import OccurrenceEdit, StoredSeries

ID_FORMAT = "%Y%m%dT%H%M%S"
TEXT_LENGTH = 200  # of an occurrence's text that is shown
_NO_EDIT, _DAY = OccurrenceEdit(), timedelta(days=1)


class Occurrence(NamedTuple):
    """One occurrence: its time by the rule and the time that it has, both in UTC."""

    id: str
    nominal: datetime
    at: datetime
    note: str | None
    edit: OccurrenceEdit

    @property
    def done_at(self) -> datetime:
        """When it and all before it are done with."""
        return max(self.nominal, self.at)


def list_coming(series: StoredSeries, since: datetime | None = None) -> Iterator[Occurrence]:
    """The occurrences that are not done with, skipped ones too, in order; from about `since`."""
    after = _parse(series.after)
    zone = due_times.load_zone(series.time_zone)
    first = max(after, since or after).astimezone(zone).date() - _DAY
    for local in _expand(series, first):
        found = _place(series, local)
        if found.nominal > after:
            yield found


def list_between(series: StoredSeries, since: datetime, until: datetime) -> list[Occurrence]:
    """The occurrences to come whose time is in [since, until)."""
    found = {}
    for occurrence in list_coming(series, since):
        if occurrence.nominal >= until:
            break
        found[occurrence.id] = occurrence
    for occurrence_id in series.edits:  # one may be moved into the range from outside
        moved = _place(series, _read_id(occurrence_id))
        if moved.nominal > _parse(series.after):
            found[moved.id] = moved
    return [occurrence for occurrence in found.values() if since <= occurrence.at < until]


def read_nominal(series: StoredSeries, occurrence_id: str) -> datetime:
    """The time of an occurrence by the rule.

    Raises InvalidInput for what is no id of an occurrence.
    """
    return due_times.to_utc(_read_id(occurrence_id), series.time_zone).at


def plan(series: StoredSeries) -> StoredSeries:
    """The series with the time of its next occurrence as it follows from the rest."""
    coming = (found for found in list_coming(series) if not found.edit.skipped)
    following = next(coming, None)
    next_at = None if following is None else keys.due_time(following.at)
    return msgspec.structs.replace(series, next_at=next_at)


def show(series: StoredSeries, occurrence: Occurrence) -> SeriesOccurrence:
    """An occurrence to come as its author sees it."""
    edit = occurrence.edit
    status = OccurrenceStatus.PROJECTED if edit == _NO_EDIT else OccurrenceStatus.CHANGED
    said: Composition = stored.compose(series, edit) if edit.changes else series
    return SeriesOccurrence(
        series_id=series.id,
        id=occurrence.id,
        status=OccurrenceStatus.SKIPPED if edit.skipped else status,
        scheduled_at=keys.due_time(occurrence.at),
        text=said.content[:TEXT_LENGTH],
        channels=said.channels,
        notes=[occurrence.note] if occurrence.note else [],
    )


def _expand(series: StoredSeries, first: date) -> Iterator[datetime]:
    start = timing.read_local(series.starts_at)
    rule = timing.read_rule(series.rrule, series.starts_at, series.time_zone)
    return expansion.expand(rule, start, datetime.fromisoformat(series.last_at), first)


def _place(series: StoredSeries, local: datetime) -> Occurrence:
    """The occurrence of a local time, with what was changed of it."""
    due = due_times.to_utc(local, series.time_zone)
    occurrence_id = local.strftime(ID_FORMAT)
    edit = series.edits.get(occurrence_id, _NO_EDIT)
    if edit.scheduled_at is None:
        return Occurrence(occurrence_id, due.at, due.at, due.note, edit)
    return Occurrence(occurrence_id, due.at, _parse(edit.scheduled_at), edit.note, edit)


def _read_id(occurrence_id: str) -> datetime:
    try:
        return datetime.strptime(occurrence_id, ID_FORMAT)  # noqa: DTZ007 local
    except ValueError as error:
        raise InvalidInput("an occurrence has an id such as 20261019T090000") from error


def _parse(at: str) -> datetime:
    return datetime.fromisoformat(at).astimezone(UTC)
