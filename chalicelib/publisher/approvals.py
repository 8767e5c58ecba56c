"""How a message waits for approval, and what follows from a decision."""

from datetime import datetime
from typing import Any

import msgspec

from chalicelib.publisher import keys
from chalicelib.publisher.model import (
    ApprovalDecision,
    ApprovalOutcome,
    MessageApproval,
    MessageStatus,
)
from chalicelib.publisher.settling import FIRST_LOOK
from chalicelib.publisher.store import Loaded
from chalicelib.publisher.stored import StoredMessage
from chalicelib.publisher.transitions import MAX_LATE

MAX_EARLIER = 20


def hold(loaded: Loaded, now: datetime) -> Loaded:
    """The message as it waits for approval; one that would not go out stays as it is."""
    message = loaded.message
    if message.status not in (MessageStatus.QUEUED, MessageStatus.SCHEDULED):
        return loaded
    requested = MessageApproval(
        requested_at=keys.due_time(now), earlier=_list_decisions(message.approval)
    )
    return _change(loaded, status=MessageStatus.WAITING, look_at=None, approval=requested)


def approve(loaded: Loaded, decision: ApprovalDecision, now: datetime) -> Loaded:
    """The message as it goes out: at its time, or now if that is past or there is none.

    One that is more than 24 hours late stays scheduled, so that the tick says that it missed its
    time, as it does of all others.
    """
    message, at = loaded.message, keys.due_time(now)
    decided = _decide(loaded, decision, at)
    due_at = at if message.scheduled_at is None else message.due_at
    if due_at > at or due_at < keys.due_time(now - MAX_LATE):
        return _change(decided, status=MessageStatus.SCHEDULED)
    return _change(
        decided,
        status=MessageStatus.QUEUED,
        due_at=due_at,
        released_at=due_at,
        look_at=keys.due_time(now + FIRST_LOOK),
    )


def take_over(loaded: Loaded, decision: ApprovalDecision) -> Loaded:
    """The message with a decision that was made for it before, of its series."""
    taken = MessageApproval(
        requested_at=loaded.message.created_at, **msgspec.structs.asdict(decision)
    )
    return _change(loaded, approval=taken)


def send_back(loaded: Loaded, decision: ApprovalDecision, now: datetime) -> Loaded:
    """The message as its author's draft again."""
    decided = _decide(loaded, decision, keys.due_time(now))
    return _change(decided, status=MessageStatus.DRAFT)


def _decide(loaded: Loaded, decision: ApprovalDecision, at: str) -> Loaded:
    """The next revision of the message, with the decision."""
    message = loaded.message
    asked = message.approval or MessageApproval(requested_at=message.updated_at)
    decided = msgspec.structs.replace(asked, **msgspec.structs.asdict(decision))
    return _change(loaded, approval=decided, rev=message.rev + 1, updated_at=at)


def _list_decisions(approval: MessageApproval | None) -> list[ApprovalDecision]:
    """The decisions about a message until now, oldest first."""
    if approval is None:
        return []
    if approval.outcome is None:
        return approval.earlier
    last = ApprovalDecision(
        outcome=approval.outcome,
        by=approval.by or "",
        at=approval.at or "",
        rev=approval.rev or 0,
        comment=approval.comment,
    )
    return [*approval.earlier, last][-MAX_EARLIER:]


def _change(loaded: Loaded, **fields: Any) -> Loaded:
    changed: StoredMessage = msgspec.structs.replace(loaded.message, **fields)
    return Loaded(changed, loaded.deliveries)


def make_decision(
    outcome: ApprovalOutcome, by: str, now: datetime, *, rev: int, comment: str | None
) -> ApprovalDecision:
    """What somebody decides now about a revision."""
    return ApprovalDecision(outcome=outcome, by=by, at=keys.due_time(now), rev=rev, comment=comment)
