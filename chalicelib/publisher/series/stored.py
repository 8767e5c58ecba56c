"""What the messages table keeps of a series, as plain values; pure."""

from datetime import datetime
from typing import Any

import msgspec

from chalicelib.fingerprint import fingerprint
from chalicelib.publisher import keys
from chalicelib.publisher.due_times import DueTime
from chalicelib.publisher.model import (
    MessageSeries,
    MissedOccurrence,
    NewSeries,
    SeriesApproval,
    SeriesOccurrence,
    SeriesStatus,
)
from chalicelib.publisher.rules import Composition
from chalicelib.publisher.stored import INDEX_KEYS

MAX_MISSED = 20  # that are kept


class OccurrenceEdit(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is otherwise at one occurrence: it is skipped, at another time (UTC), or says else.

    `changes` are fields of its composition.
    """

    skipped: bool = False
    scheduled_at: str | None = None
    note: str | None = None
    changes: dict[str, Any] = {}


class StoredApproval(msgspec.Struct, frozen=True, kw_only=True):
    """Who approved a series, and the digest of what it said and when it recurred then."""

    digest: str
    by: str
    at: str


class StoredSeries(Composition, frozen=True, kw_only=True):
    """A series. `starts_at` and `last_at`, of its last occurrence, are local times.

    All occurrences up to `after` are done with. `next_at` is the time of the next one that is not
    skipped, None when none is to come. `edits` are by the ids of occurrences that are to come.
    """

    id: str
    user: str
    rrule: str
    starts_at: str
    time_zone: str
    last_at: str
    after: str
    created_at: str
    updated_at: str
    request_id: str
    next_at: str | None = None
    edits: dict[str, OccurrenceEdit] = msgspec.field(default_factory=dict)
    missed: list[MissedOccurrence] = msgspec.field(default_factory=list)
    last_message_id: str | None = None
    rev: int = 1
    approved: StoredApproval | None = None

    @property
    def status(self) -> SeriesStatus:
        """Whether an occurrence is to come."""
        return SeriesStatus.ENDED if self.next_at is None else SeriesStatus.ACTIVE

    @property
    def is_approved(self) -> bool:
        """Whether it says, and recurs, as somebody approved."""
        return self.approved is not None and self.approved.digest == make_digest(self)


COMPOSITION = Composition.__struct_fields__
# What an author gives beside the composition, and what decides when occurrences are.
TIMING = ("rrule", "starts_at", "time_zone")
_GIVEN = (*COMPOSITION, *TIMING)


def read_given(new: NewSeries | StoredSeries) -> dict[str, Any]:
    """What its author says of a series."""
    return {name: getattr(new, name) for name in _GIVEN}


def make_digest(series: StoredSeries) -> str:
    """What is approved of a series: all that its author says of it."""
    return fingerprint(msgspec.to_builtins(read_given(series)))


def approve(series: StoredSeries, by: str, at: str) -> StoredSeries:
    """The next revision of a series, which is approved as it is."""
    approved = StoredApproval(digest=make_digest(series), by=by, at=at)
    return msgspec.structs.replace(series, approved=approved, rev=series.rev + 1, updated_at=at)


def read_changes(change: msgspec.Struct) -> dict[str, Any]:
    """The fields of a change that are to be replaced."""
    found = {name: getattr(change, name) for name in change.__struct_fields__}
    return {name: value for name, value in found.items() if value is not msgspec.UNSET}


def compose(series: StoredSeries, edit: OccurrenceEdit) -> Composition:
    """What an occurrence says."""
    own = {name: getattr(series, name) for name in COMPOSITION}
    return msgspec.convert({**msgspec.to_builtins(own), **edit.changes}, Composition)


def to_attributes(series: StoredSeries) -> dict[str, Any]:
    """The attributes of an item, without its keys."""
    found: dict[str, Any] = msgspec.to_builtins(series)
    return found


def to_series(item: dict[str, Any]) -> StoredSeries:
    """The series of an item."""
    known = {name: value for name, value in item.items() if name not in INDEX_KEYS}
    return msgspec.convert(known, StoredSeries, strict=False)


def set_time(edit: OccurrenceEdit, due: DueTime) -> OccurrenceEdit:
    """The edit with another time."""
    return msgspec.structs.replace(edit, scheduled_at=keys.due_time(due.at), note=due.note)


def note_missed(
    series: StoredSeries, missed: list[MissedOccurrence], after: datetime
) -> StoredSeries:
    """The series with what was missed, and with all up to `after` done with."""
    kept = [*reversed(missed), *series.missed][:MAX_MISSED]
    return msgspec.structs.replace(series, missed=kept, after=keys.due_time(after))


def show(series: StoredSeries, occurrences: list[SeriesOccurrence]) -> MessageSeries:
    """A series as its author sees it."""
    own: dict[str, Any] = {
        "status": series.status,
        "created_by": series.user,
        "occurrences": occurrences,
        "approval": _show_approval(series),
    }
    return MessageSeries(
        **own,
        **{
            name: getattr(series, name)
            for name in MessageSeries.__struct_fields__
            if name not in own
        },
    )


def _show_approval(series: StoredSeries) -> SeriesApproval | None:
    approved = series.approved
    if approved is None:
        return None
    return SeriesApproval(by=approved.by, at=approved.at, is_current=series.is_approved)
