"""Which occurrences of a series are to come, and which the tick has to do something about; pure.

Times are computed as local ones and then zoned: 09:00 stays 09:00 over a clock change. Of an hour
that comes twice the first is meant, one that is skipped moves forward.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import msgspec

from chalicelib.errors import InvalidInput
from chalicelib.publisher import due_times, keys
from chalicelib.publisher.model import MissedOccurrence, OccurrenceStatus, SeriesOccurrence
from chalicelib.publisher.model.series import LOCAL_PATTERN
from chalicelib.publisher.rules import Composition
from chalicelib.publisher.series import expansion, rrule, stored
from chalicelib.publisher.series.rrule import Rule
from chalicelib.publisher.series.stored import OccurrenceEdit, StoredSeries
from chalicelib.publisher.transitions import MAX_LATE

LEAD = timedelta(hours=12)  # before its time the message of an occurrence is made
ID_FORMAT = "%Y%m%dT%H%M%S"
TEXT_LENGTH = 200  # of an occurrence's text that is shown
_NO_EDIT, _DAY = OccurrenceEdit(), timedelta(days=1)
_LATE = "its time was over for more than 24 hours, or the next one had come"


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


class Step(NamedTuple):
    """What the tick does with a series: which occurrence becomes a message, and what follows."""

    make: Occurrence | None
    series: StoredSeries


@lru_cache(maxsize=256)
def read_rule(text: str, starts_at: str, time_zone: str) -> Rule:
    """The complete rule of a series.

    Raises InvalidInput, which names the part.
    """
    zone = due_times.load_zone(time_zone)
    return expansion.complete(rrule.parse(text, zone), read_local(starts_at))


def read_local(starts_at: str) -> datetime:
    """A local time.

    Raises InvalidInput for one with an offset, or that does not exist.
    """
    try:
        if not re.match(LOCAL_PATTERN, starts_at):
            raise ValueError(starts_at)  # noqa: TRY301 the same as a time that does not exist
        return datetime.fromisoformat(starts_at)
    except ValueError as error:
        raise InvalidInput(
            "starts_at must be a local time without offset, such as 2026-10-19T09:00:00"
        ) from error


def find_last(series_rule: Rule, starts_at: str) -> str:
    """The local time of the last occurrence.

    Raises InvalidInput for a rule without occurrences or an end beyond five years.
    """
    return expansion.find_last(series_rule, read_local(starts_at)).isoformat()


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


def step(series: StoredSeries, now: datetime) -> Step | None:
    """What is to be done with a series at this time; None if nothing is.

    Of the occurrences that an outage let pass only the last becomes a message, if it is not older
    than 24 hours: there is no burst.
    """
    late, ahead = _split(series, now)
    make = ahead if not late and ahead and ahead.at - LEAD <= now else None
    if late and late[-1].at >= now - MAX_LATE:
        make = late.pop()
    done = [*late, *([make] if make else [])]
    if not done:
        return None
    missed = [miss(occurrence, _LATE) for occurrence in late]
    return Step(make, finish(series, missed, max(occurrence.done_at for occurrence in done)))


def finish(series: StoredSeries, missed: list[MissedOccurrence], after: datetime) -> StoredSeries:
    """The series when all up to `after` is done with."""
    passed = stored.note_missed(series, missed, after)
    edits = {
        occurrence_id: edit
        for occurrence_id, edit in series.edits.items()
        if read_nominal(series, occurrence_id) > after
    }
    return plan(msgspec.structs.replace(passed, edits=edits))


def miss(occurrence: Occurrence, reason: str) -> MissedOccurrence:
    """That no message was made of an occurrence."""
    at = keys.due_time(occurrence.at)
    return MissedOccurrence(id=occurrence.id, scheduled_at=at, reason=reason)


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


def _split(series: StoredSeries, now: datetime) -> tuple[list[Occurrence], Occurrence | None]:
    """What is late, and the first one that is not."""
    late: list[Occurrence] = []
    for occurrence in list_coming(series):
        if occurrence.edit.skipped:
            continue
        if occurrence.at > now:
            return late, occurrence
        late.append(occurrence)
    return late, None


def _expand(series: StoredSeries, first: date) -> Iterator[datetime]:
    start = read_local(series.starts_at)
    rule = read_rule(series.rrule, series.starts_at, series.time_zone)
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
