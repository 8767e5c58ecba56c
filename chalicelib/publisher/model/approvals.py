"""The approval of messages: what approvers send, and what everybody sees; pure."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

Rev = Annotated[int, Meta(ge=1, description="The revision that was looked at.", examples=[1])]
Comment = Annotated[str, Meta(min_length=1, max_length=1_000)]


class NewApproval(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That the message may go out as it is in `rev`.

    With `series_rev` its series is approved too, as it is in that revision: its later messages do
    not wait, unless it is changed.
    """

    rev: Rev
    series_rev: Rev | None = None
    comment: Comment | None = None


class NewSendBack(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That the message is to be written otherwise, and how."""

    rev: Rev
    comment: Comment


class ApprovalOutcome(StrEnum):
    """What somebody decided about a message."""

    APPROVED = "approved"
    SENT_BACK = "sent_back"


class ApprovalDecision(msgspec.Struct, frozen=True, kw_only=True):
    """Who decided what, when, and about which revision."""

    outcome: ApprovalOutcome
    by: str
    at: str
    rev: int
    comment: str | None = None


class MessageApproval(msgspec.Struct, frozen=True, kw_only=True):
    """The approval that a message asked for last; all is null until somebody decides.

    `earlier` are the decisions before that, oldest first, the last 20 of them.
    """

    requested_at: str
    outcome: ApprovalOutcome | None = None
    by: str | None = None
    at: str | None = None
    rev: int | None = None
    comment: str | None = None
    earlier: list[ApprovalDecision] = []
