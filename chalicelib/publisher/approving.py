"""Decides on messages that wait for approval: by another person than their author."""

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import datetime

from chalicelib import ids, observability
from chalicelib.aws.transactions import Put
from chalicelib.errors import Conflict, NotFound, OwnMessage
from chalicelib.publisher import approvals, keys, stored
from chalicelib.publisher.approvals import make_decision
from chalicelib.publisher.dispatching import Dispatcher
from chalicelib.publisher.model import (
    ApprovalDecision,
    ApprovalOutcome,
    MessageStatus,
    NewApproval,
    NewSendBack,
    OutboundMessage,
)
from chalicelib.publisher.series.store import SeriesStore
from chalicelib.publisher.series.stored import OccurrenceEdit, approve, compose
from chalicelib.publisher.store import Loaded, MessageStore
from chalicelib.publisher.waiting_store import WaitingStore
from chalicelib.web.call import Call

MAX_COUNTED = 100

_log = observability.logger(__name__)


@dataclass(frozen=True, slots=True)
class Approving:
    """Decisions of approvers. Without `need_approval` there are none: nothing is found."""

    store: MessageStore
    waiting: WaitingStore
    series: SeriesStore
    dispatcher: Dispatcher
    _: KW_ONLY
    need_approval: bool
    now: Callable[[], datetime]

    def approve(self, message_id: str, given: NewApproval, call: Call) -> OutboundMessage:
        """Let a message go out as it is in the revision that was looked at.

        Raises NotFound, OwnMessage for its author, and Conflict for one that does not wait, or is
        at another revision: of two decisions at once one counts. With `series_rev` its series is
        approved too, or neither is.
        """
        seen, now = self._find_waiting(message_id, given.rev, call), self.now()
        decision = make_decision(
            ApprovalOutcome.APPROVED,
            call.principal.id,
            now,
            rev=given.rev,
            comment=given.comment,
        )
        others = [] if given.series_rev is None else [self._approve_series(seen, given, decision)]
        approved = self._write(approvals.approve(seen, decision, now), seen, others)
        self.dispatcher.send_queued(approved, keys.due_time(now), call.trace_header)
        return stored.show(*approved)

    def send_back(self, message_id: str, given: NewSendBack, call: Call) -> OutboundMessage:
        """Make a message its author's draft again, with a comment.

        Raises as `approve` does.
        """
        seen, now = self._find_waiting(message_id, given.rev, call), self.now()
        decision = make_decision(
            ApprovalOutcome.SENT_BACK,
            call.principal.id,
            now,
            rev=given.rev,
            comment=given.comment,
        )
        return stored.show(*self._write(approvals.send_back(seen, decision, now), seen))

    def count_for(self, approver: str) -> int:
        """How many messages of others wait, of the first 100."""
        return self.waiting.count(approver, MAX_COUNTED) if self.need_approval else 0

    def _find_waiting(self, message_id: str, rev: int, call: Call) -> Loaded:
        loaded = self.store.get(ids.require_id(message_id, "message_id"))
        if loaded is not None and loaded.message.user == call.principal.id:
            raise OwnMessage("another publisher than its author has to approve a message")
        # Another's message that never waited is nobody else's to know of.
        if loaded is None or not self.need_approval or loaded.message.approval is None:
            raise NotFound("Message not found")
        if loaded.message.status is not MessageStatus.WAITING:
            raise Conflict("the message does not wait for approval any more")
        if loaded.message.rev != rev:
            raise Conflict(f"the message is at revision {loaded.message.rev}; look at it again")
        return loaded

    def _approve_series(
        self, loaded: Loaded, given: NewApproval, decision: ApprovalDecision
    ) -> Put:
        """What approves the series of a message, which has to say the same."""
        message = loaded.message
        seen = self.series.get(message.series_id) if message.series_id else None
        if seen is None or seen.rev != given.series_rev:
            at = "gone" if seen is None else f"at revision {seen.rev}"
            raise Conflict(f"the series of the message is {at}; look at it again")
        if compose(seen, OccurrenceEdit()) != message.composition:
            raise Conflict("the message differs from its series: approve it without series_rev")
        return self.series.put(approve(seen, decision.by, decision.at), seen)

    def _write(self, decided: Loaded, seen: Loaded, others: Sequence[Put] = ()) -> Loaded:
        if not self.store.replace(decided, seen.message, others):
            raise Conflict("the message changed meanwhile; read it again")
        fields = {"message_id": seen.message.id, "status": decided.message.status}
        _log.info("a message was decided on", extra=fields)
        return decided
