"""What can be done with records, and the event that every search sends."""

from collections.abc import Callable
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib import observability, search_event, strict_json
from chalicelib.aws.activity import Workload
from chalicelib.aws.activity_counts import ActivityCounts
from chalicelib.aws.failures import AWS_ERRORS, is_outcome_unknown, reason
from chalicelib.aws.own_counts import OwnCounts
from chalicelib.aws.queue import Queue
from chalicelib.aws.state import State
from chalicelib.errors import Conflict, Forbidden, NotFound, PreconditionFailed
from chalicelib.fingerprint import fingerprint
from chalicelib.ids import require_id
from chalicelib.records import merging, model
from chalicelib.records.model import Content, Record, RecordAdded, RecordSearch
from chalicelib.records.store import KeyAlreadyUsed, RecordStore
from chalicelib.search_event import SearchEvent
from chalicelib.web.call import Call
from chalicelib.web.payload import Payload
from chalicelib.web.preconditions import Precondition
from chalicelib.web.principal import Principal

ADDED = RecordAdded("User added successfully!")
LOST_SEARCHES, UNKNOWN_SEARCHES = "lost.search_events", "unknown.search_events"

_SCOPE = "stream"
_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class Searches:
    """Sends each search to the analytics; one that is not confirmed is counted, and never fails.

    The client behind `queue` must be of the fast kind: 250 ms at most. `counts` is asked for when
    it is first needed.
    """

    queue: Queue
    counts: Callable[[], OwnCounts]

    def tell(self, event: SearchEvent, trace_header: str | None) -> None:
        """Queue the event, or count it as lost, or as unknown where it may have been queued."""
        try:
            self.queue.send(search_event.encode(event), trace_header)
        except AWS_ERRORS as error:  # a missing queue or right too: the search still succeeds
            fields = {"event_id": event.event_id, "cause": reason(error)}
            if is_outcome_unknown(error):
                _log.warning("whether a search event was queued is unknown", extra=fields)
                self.counts().count(UNKNOWN_SEARCHES)
            else:
                _log.warning("a search event was lost", extra=fields)
                self.counts().count(LOST_SEARCHES)


@dataclass(frozen=True, slots=True)
class Records:
    """The use cases of records."""

    store: RecordStore
    state: State
    searches: Searches
    activity: ActivityCounts
    _: KW_ONLY
    now: Callable[[], datetime]
    new_id: Callable[[], str]

    def create(self, body: Content, call: Call) -> RecordAdded:
        """Store a new record; the same content or Idempotency-Key again returns the first response.

        Raises Conflict for another content under the same `user_id`, or another body under the
        same key.
        """
        by, key = call.principal, call.idempotency_key
        content = model.check_content(body)
        digest = fingerprint(content)
        marker = key and self.state.idempotency_put(by.id, _SCOPE, key, digest)
        record = model.first_version(content, by, self.now())
        try:
            existing = self.store.create(record, marker or None)
        except KeyAlreadyUsed:
            self.state.require_same(by.id, _SCOPE, str(key), digest)
            return ADDED
        if existing is None:
            self.activity.count(Workload.RECORDS, by.id)
            return ADDED
        _require_same(existing, digest)
        if key:
            self.state.mark_done(by.id, _SCOPE, key, digest)
        return ADDED

    def search(self, query: RecordSearch, call: Call) -> Content:
        """Exactly what was posted for `user_id`; the search is counted, found or not.

        Raises InvalidInput for what cannot be an id, and NotFound.
        """
        record = self.store.get(require_id(query.user_id, "user_id"))
        event = SearchEvent(
            user=query.user_id,
            event_id=self.new_id(),
            at=self.now(),
            found=record is not None,
            request_id=call.request_id,
            searched_by=call.principal.id,
            v=search_event.VERSION,
        )
        self.searches.tell(event, call.trace_header)
        return _existing(record).content

    def get(self, user_id: str, call: Call) -> Record:
        """The record with its bookkeeping, as the caller may see it.

        Raises NotFound.
        """
        return model.shown_to(self._load(user_id), call.principal)

    def replace(self, user_id: str, body: Content, call: Call) -> Record:
        """Replace the whole content.

        Raises NotFound, Forbidden unless the caller created it or is an operator,
        PreconditionFailed when another version is stored than is asked for, Conflict when it
        changed meanwhile.
        """
        body.setdefault("user_id", user_id)
        content = model.check_content(body)
        current = self._changeable(user_id, call.principal, call.precondition)
        return self._write(model.next_version(current, content, self.now()), call)

    def delete(self, user_id: str, call: Call) -> None:
        """Delete the record.

        Raises as `replace` does.
        """
        current = self._changeable(user_id, call.principal, call.precondition)
        if not self.store.delete(current):
            raise _conflict(call.precondition)

    def patch(self, user_id: str, body: Payload, call: Call) -> Record:
        """Change members of the content by a JSON merge patch; nothing is written for no change.

        Raises as `replace` does.
        """
        patch = model.check_names(strict_json.decode_object(body.data))
        current = self._changeable(user_id, call.principal, call.precondition)
        content = model.check_content(merging.merge(current.content, patch))
        if fingerprint(content) == fingerprint(current.content):
            return current
        return self._write(model.next_version(current, content, self.now()), call)

    def _write(self, record: Record, call: Call) -> Record:
        if not self.store.replace(record):
            raise _conflict(call.precondition)
        return record

    def _load(self, user_id: str) -> Record:
        return _existing(self.store.get(require_id(user_id, "user_id")))

    def _changeable(self, user_id: str, by: Principal, wanted: Precondition) -> Record:
        current = self._load(user_id)
        if not model.may_change(current, by):
            raise Forbidden("only its creator and operators may change a record")
        if not wanted.holds(current.version):
            raise PreconditionFailed(f"the record is at version {current.version}")
        return current


def _require_same(record: Record, digest: str) -> None:
    if fingerprint(record.content) != digest:
        raise Conflict("this user_id is taken by a record with other content")


def _existing(record: Record | None) -> Record:
    if record is None:
        raise NotFound("User not found")
    return record


def _conflict(wanted: Precondition) -> Conflict | PreconditionFailed:
    message = "the record changed meanwhile; read it again"
    return PreconditionFailed(message) if wanted.is_given else Conflict(message)
