"""Single occurrences of a series: changed, and skipped."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

import msgspec

from chalicelib.errors import Conflict, InvalidInput, NotFound
from chalicelib.publisher import due_times, keys
from chalicelib.publisher.due_times import DueTime
from chalicelib.publisher.editing import Editing
from chalicelib.publisher.model import (
    MessageChange,
    OccurrenceChange,
    OccurrenceStatus,
    OutboundMessage,
    SeriesOccurrence,
)
from chalicelib.publisher.model.series import MAX_SHOWN
from chalicelib.publisher.series import making, occurrences, stored
from chalicelib.publisher.series.occurrences import TEXT_LENGTH, Occurrence
from chalicelib.publisher.series.service import SeriesService
from chalicelib.publisher.series.stored import OccurrenceEdit, StoredSeries
from chalicelib.web.call import Call

MAX_EDITS = 50  # of one series at a time
_YEAR = timedelta(days=366)


class _Place(NamedTuple):
    """An occurrence, and the times between which it may be moved."""

    occurrence: Occurrence
    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class SingleOccurrences:
    """What an author does with one occurrence; one that is a message already is changed as that."""

    service: SeriesService
    messages: Editing
    _: KW_ONLY
    now: Callable[[], datetime]

    def change(
        self, series_id: str, at: str, change: OccurrenceChange, call: Call
    ) -> SeriesOccurrence:
        """Replace fields of one occurrence; one that was skipped takes place again.

        Raises NotFound, InvalidInput, and Conflict when its message has gone out, and beyond 50
        changed occurrences.
        """
        seen = self.service.own(series_id, call)
        place = self._find(seen, at)
        if place is None:
            message_id = self._find_message(seen, at, call)
            changes = _to_message_change(seen, change)
            return _show_made(seen, at, self.messages.change(message_id, changes, call))
        edit = _apply(seen, place, change)
        self.service.require_publishable(seen, at, edit)
        written = self._write(seen, at, edit)
        return next(
            occurrences.show(written, found)
            for found in occurrences.list_coming(written)
            if found.id == at
        )

    def skip(self, series_id: str, at: str, call: Call) -> None:
        """Let one occurrence not take place, whose message is cancelled if there is one.

        Raises as `change` does.
        """
        seen = self.service.own(series_id, call)
        if self._find(seen, at) is None:
            self.messages.cancel(self._find_message(seen, at, call), call)
        else:
            self._write(seen, at, OccurrenceEdit(skipped=True))

    def _find(self, series: StoredSeries, at: str) -> _Place | None:
        """One of the next occurrences; None if it is none of them."""
        earliest = max(datetime.fromisoformat(series.after), self.now())
        coming = occurrences.list_coming(series)
        for occurrence in islice(coming, MAX_SHOWN):
            if occurrence.id == at:
                following = next(coming, None)
                latest = occurrence.nominal + _YEAR
                if following is not None:
                    latest = min(following.nominal, following.at)
                return _Place(occurrence, earliest, latest)
            earliest = max(earliest, occurrence.done_at)
        return None

    def _find_message(self, series: StoredSeries, at: str, call: Call) -> str:
        """The message of an occurrence that is done with. Raises NotFound."""
        try:
            message_id = making.find_message_id(series, at)
            return self.messages.lookup.own(message_id, call).message.id
        except (NotFound, InvalidInput) as error:
            raise NotFound(
                f"Occurrence not found: it is no message, and none of the next {MAX_SHOWN}"
            ) from error

    def _write(self, seen: StoredSeries, at: str, edit: OccurrenceEdit) -> StoredSeries:
        edits = {**seen.edits, at: edit}
        if edit == OccurrenceEdit():
            del edits[at]
        if len(edits) > MAX_EDITS:
            raise Conflict(f"{MAX_EDITS} occurrences are changed already: change the series")
        changed = occurrences.plan(msgspec.structs.replace(seen, edits=edits))
        return self.service.write(changed, seen)


def _apply(series: StoredSeries, place: _Place, change: OccurrenceChange) -> OccurrenceEdit:
    """What is otherwise at an occurrence after a change. Raises InvalidInput for a bad time."""
    given = stored.read_changes(change)
    edit = msgspec.structs.replace(place.occurrence.edit, skipped=False)
    if "scheduled_at" in given:
        edit = stored.set_time(edit, _read_time(series, place, given.pop("scheduled_at")))
    changes = {**edit.changes, **msgspec.to_builtins(given)}
    return msgspec.structs.replace(edit, changes=changes)


def _read_time(series: StoredSeries, place: _Place, value: str) -> DueTime:
    """The new time, which may not reach the occurrences beside it: their order stays."""
    due = due_times.read(value, None if due_times.has_offset(value) else series.time_zone)
    if not place.earliest < due.at < place.latest:
        first, last = keys.due_time(place.earliest), keys.due_time(place.latest)
        raise InvalidInput(f"scheduled_at must be between {first} and {last}, and neither of them")
    return due


def _to_message_change(series: StoredSeries, change: OccurrenceChange) -> MessageChange:
    given = stored.read_changes(change)
    at = given.get("scheduled_at")
    if at is not None and not due_times.has_offset(at):
        given["time_zone"] = series.time_zone
    return MessageChange(**given)


def _show_made(series: StoredSeries, at: str, message: OutboundMessage) -> SeriesOccurrence:
    """An occurrence whose message there is."""
    return SeriesOccurrence(
        series_id=series.id,
        id=at,
        status=OccurrenceStatus.MADE,
        scheduled_at=message.scheduled_at or message.created_at,
        text=message.content[:TEXT_LENGTH],
        channels=list(dict.fromkeys(delivery.channel for delivery in message.channels)),
        message_id=message.id,
        notes=message.notes,
    )
