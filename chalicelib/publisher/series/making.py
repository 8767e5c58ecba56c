"""The tick's part for series: makes the message of the next occurrence, once.

A message and the series that goes on from it are one transaction, on condition that the series is
as it was read: two ticks at once, or a crash at any step, make one message.
"""

import hashlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

import msgspec

from chalicelib import ids, observability
from chalicelib.aws.activity import Workload
from chalicelib.aws.activity_counts import ActivityCounts
from chalicelib.errors import InvalidInput
from chalicelib.publisher import approvals, composing, keys
from chalicelib.publisher.composing import Origin
from chalicelib.publisher.creating import Judge
from chalicelib.publisher.due_store import DueStore
from chalicelib.publisher.due_times import DueTime
from chalicelib.publisher.due_work import handle_all
from chalicelib.publisher.model import ApprovalDecision, ApprovalOutcome, MessageStatus
from chalicelib.publisher.series import occurrences, planning, stored
from chalicelib.publisher.series.occurrences import Occurrence
from chalicelib.publisher.series.store import SeriesStore
from chalicelib.publisher.series.stored import OccurrenceEdit, StoredSeries
from chalicelib.publisher.series.timing import LEAD
from chalicelib.publisher.store import Loaded

_log = observability.logger(__name__)


def find_message_id(series: StoredSeries, occurrence_id: str) -> str:
    """The id of the message of an occurrence, always the same; ids sort by when one is made.

    Raises InvalidInput for what is no id of an occurrence.
    """
    names = f"{series.id} {series.time_zone} {occurrence_id}"
    digest = hashlib.sha256(names.encode()).digest()
    made_at = occurrences.read_nominal(series, occurrence_id) - LEAD
    return ids.new_uuid7(int(made_at.timestamp() * 1000), int.from_bytes(digest[:10], "big"))


@dataclass(frozen=True, slots=True)
class SeriesMaker:
    """Looks through the due index for series of which a message is to be made."""

    store: SeriesStore
    due: DueStore
    judge: Judge
    activity: ActivityCounts
    _: KW_ONLY
    now: Callable[[], datetime]
    clock: Callable[[], float] = time.monotonic

    def run(self, pool: ThreadPoolExecutor, deadline: float) -> Exception | None:
        """Make what is due, beginning none after the deadline; the rest is due in a minute too.

        A series that cannot be handled keeps back no other; returns the last failure.
        """
        due = self.due.list_due(keys.RECURRING, keys.due_time(self.now()), pool.map)
        made, failure = handle_all(due, self.make, pool, lambda: self.clock() < deadline)
        if made:
            _log.info("messages of series were made", extra={"messages": made})
        return failure

    def make(self, series_id: str) -> bool:
        """Do what is due of a series; whether that made a message."""
        seen = self.store.get(series_id)
        step = None if seen is None else planning.step(seen, self.now())
        if seen is None or step is None:  # the index is eventually consistent
            return False
        if step.make is None:
            self.store.replace(step.series, seen)
            return False
        loaded = self._make_message(seen, step.make)
        if isinstance(loaded, InvalidInput):
            self.store.replace(_miss(step.series, step.make, loaded), seen)
            return False
        following = msgspec.structs.replace(step.series, last_message_id=loaded.message.id)
        if not self.store.make(loaded, following, seen):
            return False
        self.activity.count(Workload.MESSAGES, seen.user)
        return True

    def _make_message(self, series: StoredSeries, occurrence: Occurrence) -> Loaded | InvalidInput:
        """The message of an occurrence, or why there is none: what it needs may be gone."""
        composition = stored.compose(series, occurrence.edit)
        try:
            self.judge.require_publishable(composition, series.user)
        except InvalidInput as error:
            return error
        now = self.now()
        message_id = find_message_id(series, occurrence.id)
        origin = Origin(message_id, series.user, series.request_id, now)
        message = msgspec.structs.replace(
            composing.begin(composition, origin),
            scheduled_at=keys.due_time(occurrence.at),
            time_zone=series.time_zone,
            series_id=series.id,
            occurrence=occurrence.id,
        )
        due = DueTime(occurrence.at, occurrence.note)
        placed = composing.place(message, MessageStatus.SCHEDULED, due, now, self.judge.audience)
        return self._hold(placed, series, occurrence, now)

    def _hold(
        self, made: Loaded, series: StoredSeries, occurrence: Occurrence, now: datetime
    ) -> Loaded:
        """The message as it waits for approval, unless its series has one that holds for it."""
        approved = series.approved if self.judge.need_approval else None
        if approved is None or not series.is_approved or occurrence.edit != OccurrenceEdit():
            return self.judge.hold(made, now)
        decision = ApprovalDecision(
            outcome=ApprovalOutcome.APPROVED, by=approved.by, at=approved.at, rev=made.message.rev
        )
        return approvals.take_over(made, decision)


def _miss(series: StoredSeries, occurrence: Occurrence, why: InvalidInput) -> StoredSeries:
    """The series that goes on without this occurrence."""
    missed = [planning.miss(occurrence, f"it could not be published: {why}")]
    return stored.note_missed(series, missed, datetime.fromisoformat(series.after))
