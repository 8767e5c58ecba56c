"""How a series goes on: by a new timing, and by what the tick does about it; pure."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from chalicelib.errors import InvalidInput
from chalicelib.publisher import keys
from chalicelib.publisher.due_times import MAX_AHEAD
from chalicelib.publisher.model import MissedOccurrence
from chalicelib.publisher.series import stored, timing
from chalicelib.publisher.series.occurrences import Occurrence, list_coming, plan, read_nominal
from chalicelib.publisher.series.stored import StoredSeries
from chalicelib.publisher.series.timing import LEAD
from chalicelib.publisher.transitions import MAX_LATE

_LATE = "its time was over for more than 24 hours, or the next one had come"


class Step(NamedTuple):
    """What the tick does with a series: which occurrence becomes a message, and what follows."""

    make: Occurrence | None
    series: StoredSeries


def reset(series: StoredSeries, now: datetime, after: datetime) -> StoredSeries:
    """The series by its timing alone, from now on and after what is done with.

    Raises InvalidInput for a bad timing, or when nothing is to come.
    """
    start = timing.read_local(series.starts_at)
    if abs(start - now.replace(tzinfo=None)) > MAX_AHEAD:
        raise InvalidInput("starts_at is more than five years away")
    rule = timing.read_rule(series.rrule, start.isoformat(), series.time_zone)
    changed = msgspec.structs.replace(
        series,
        starts_at=start.isoformat(),
        last_at=timing.find_last(rule, start.isoformat()),
        after=keys.due_time(max(now, after)),
        edits={},
    )
    planned = plan(changed)
    if planned.next_at is None:
        raise InvalidInput("rrule: its last occurrence is past")
    return planned


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
