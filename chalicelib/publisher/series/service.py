"""Series of authors: created, found, changed and ended; another's are not found."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime
from functools import partial
from itertools import islice

import msgspec

from chalicelib import ids
from chalicelib.aws.idempotency import CreateRequest, IdempotentCreate
from chalicelib.errors import Conflict, InvalidInput, NotFound, PreconditionFailed
from chalicelib.publisher import keys
from chalicelib.publisher.creating import Judge
from chalicelib.publisher.model import (
    MessageSeries,
    MessageStatus,
    NewSeries,
    SeriesChange,
    SeriesList,
    SeriesPage,
)
from chalicelib.publisher.series import occurrences, planning, stored, timing
from chalicelib.publisher.series.store import SeriesStore
from chalicelib.publisher.series.stored import TIMING, OccurrenceEdit, StoredSeries
from chalicelib.web.call import Call
from chalicelib.web.cursors import Cursors

SCOPE = "series"
MAX_SERIES = 100  # of one person
MAX_BYTES = 300_000  # of a series with its changed occurrences; DynamoDB takes 400 KB
SHOWN = 10  # occurrences after a change


@dataclass(frozen=True, slots=True)
class SeriesService:
    """The use cases of series; `random_bits` gives at least 74."""

    store: SeriesStore
    judge: Judge
    idempotent: IdempotentCreate[StoredSeries]
    cursors: Cursors
    _: KW_ONLY
    now: Callable[[], datetime]
    random_bits: Callable[[], int]

    def create(self, new: NewSeries, call: Call) -> MessageSeries:
        """Keep a series; the tick makes its messages.

        The same Idempotency-Key with the same body returns the same series. Raises InvalidInput
        for a rule that is not taken or without an occurrence to come, and for what breaks a rule of
        a channel; Conflict for a key that was used with another body, and beyond 100 series.
        """
        request = CreateRequest.of(call.principal.id, call.idempotency_key, new)
        if earlier := self.idempotent.find(request):
            return _show(earlier)
        made = self._make(new, call)
        self._require_valid(made)
        if len(self.store.list_all(made.user, MAX_SERIES)) >= MAX_SERIES:
            raise Conflict(f"there may be {MAX_SERIES} series of a person: delete one that ended")
        existing = self.idempotent.write(request, made.id, partial(self.store.create, made))
        return _show(existing or made)

    def own(self, series_id: str, call: Call) -> StoredSeries:
        """A series of the caller.

        Raises NotFound, also for another author's.
        """
        found = self.store.get(ids.require_id(series_id, "series_id"))
        if found is None or found.user != call.principal.id:
            raise NotFound("Series not found")
        return found

    def get(self, series_id: str, shown: int, call: Call) -> MessageSeries:
        """A series of the caller, or one whose message waits for approval, with what is to come.

        Raises as `own` does.
        """
        found = self.store.get(ids.require_id(series_id, "series_id"))
        if found is not None and self._waits(found):
            return _show(found, shown)
        return _show(self.own(series_id, call), shown)

    def _waits(self, series: StoredSeries) -> bool:
        """Whether approvers may look at it, since its message waits for them."""
        if not self.judge.need_approval or series.last_message_id is None:
            return False
        made = self.store.messages.get(series.last_message_id)
        return made is not None and made.message.status is MessageStatus.WAITING

    def page(self, query: SeriesList, call: Call) -> SeriesPage:
        """The caller's series, newest first.

        Raises InvalidInput for a foreign cursor.
        """
        by = call.principal.id
        start = self.cursors.open(query.cursor, owner=by, query=SCOPE)
        part = self.store.list_newest(by, query.limit, start)
        found = [_show(series, 0) for series in part.series]
        return SeriesPage(found, self.cursors.seal(part.last_key, owner=by, query=SCOPE))

    def change(self, series_id: str, change: SeriesChange, call: Call) -> MessageSeries:
        """Change what is to come; messages that were made stay as they are.

        Raises as `create` and `own` do, and PreconditionFailed for another revision than expected.
        """
        seen = self._find_expected(series_id, call)
        given = stored.read_changes(change)
        if "starts_at" in given:
            given["starts_at"] = timing.read_local(given["starts_at"]).isoformat()
        changed = msgspec.structs.replace(seen, **given)
        if any(getattr(changed, name) != getattr(seen, name) for name in TIMING):
            changed = planning.reset(changed, self.now(), datetime.fromisoformat(seen.after))
        self._require_valid(changed)
        return _show(self.write(changed, seen))

    def write(self, changed: StoredSeries, seen: StoredSeries) -> StoredSeries:
        """Write its author's next revision; returns it.

        Raises InvalidInput for one that is too large, Conflict when it changed meanwhile.
        """
        following = msgspec.structs.replace(
            changed, rev=seen.rev + 1, updated_at=keys.due_time(self.now())
        )
        _require_size(following)
        if not self.store.replace(following, seen):
            raise _changed_meanwhile()
        return following

    def delete(self, series_id: str, call: Call) -> None:
        """End a series at once; messages that were made stay. Raises as `change` does."""
        if not self.store.delete(self._find_expected(series_id, call)):
            raise _changed_meanwhile()

    def _find_expected(self, series_id: str, call: Call) -> StoredSeries:
        seen = self.own(series_id, call)
        if not call.precondition.holds(seen.rev):
            raise PreconditionFailed(f"the series is at revision {seen.rev}")
        return seen

    def _make(self, new: NewSeries, call: Call) -> StoredSeries:
        now = self.now()
        at = keys.due_time(now)
        made = StoredSeries(
            **stored.read_given(new),
            id=ids.new_uuid7(int(now.timestamp() * 1000), self.random_bits()),
            user=call.principal.id,
            last_at="",
            after=at,
            created_at=at,
            updated_at=at,
            request_id=call.request_id,
        )
        return planning.reset(made, now, now)

    def _require_valid(self, series: StoredSeries) -> None:
        self.judge.require_publishable(series, series.user)
        for occurrence_id, edit in series.edits.items():
            self.require_publishable(series, occurrence_id, edit)
        _require_size(series)

    def require_publishable(
        self, series: StoredSeries, occurrence_id: str, edit: OccurrenceEdit
    ) -> None:
        """Raise InvalidInput for a changed occurrence that could not be published."""
        if not edit.changes:
            return
        try:
            self.judge.require_publishable(stored.compose(series, edit), series.user)
        except InvalidInput as error:
            raise InvalidInput(f"occurrence {occurrence_id}: {error}") from error


def _show(series: StoredSeries, shown: int = SHOWN) -> MessageSeries:
    coming = islice(occurrences.list_coming(series), shown)
    return stored.show(series, [occurrences.show(series, found) for found in coming])


def _require_size(series: StoredSeries) -> None:
    if len(msgspec.json.encode(series)) > MAX_BYTES:
        raise InvalidInput(
            f"the series with its changed occurrences has more than {MAX_BYTES:,} bytes"
        )


def _changed_meanwhile() -> Conflict:
    return Conflict("the series changed meanwhile; read it again")
