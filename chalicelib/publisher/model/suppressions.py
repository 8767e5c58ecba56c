"""E-mail addresses that get no mail any more: what is sent and shown of them; pure."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.web.cursors import Cursor

MAX_ADDRESS = 254  # RFC 5321, 4.5.3.1, without the angle brackets of a path
EMAIL_PATTERN = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"

MailAddress = Annotated[
    str,
    Meta(
        min_length=3,
        max_length=MAX_ADDRESS,
        description="An e-mail address; upper and lower case are the same.",
        examples=["someone@example.com"],
        # Documented alone: a request that differs is told so in words.
        extra_json_schema={"pattern": rf"^\s*{EMAIL_PATTERN}\s*$"},
    ),
]


class SuppressionReason(StrEnum):
    """Why an address gets no mail: it does not exist, or its owner or one of us does not want it.

    `bounce` is a permanent one. `manual` is a person's entry for any other reason.
    """

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    MANUAL = "manual"

    @property
    def is_wish(self) -> bool:
        """Whether the address's owner said so; that outlasts what others found out."""
        return self in (SuppressionReason.COMPLAINT, SuppressionReason.UNSUBSCRIBE)


class Suppression(msgspec.Struct, frozen=True, kw_only=True):
    """An address, in lower case, that gets no e-mail.

    `message_id` is the message that bounced or was complained about, or whose link was used.
    """

    address: str
    reason: SuppressionReason
    at: str
    message_id: str | None = None
    note: str | None = None


class NewSuppression(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An address that is to get no e-mail any more, and why."""

    address: MailAddress
    reason: SuppressionReason = SuppressionReason.MANUAL
    note: Annotated[str, Meta(min_length=1, max_length=200)] | None = None


class SuppressionList(msgspec.Struct, frozen=True):
    """Which page of the suppressed addresses to list, newest first, or which one."""

    address: MailAddress | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 25
    cursor: Cursor | None = None


class SuppressionPage(msgspec.Struct, frozen=True):
    """Some suppressed addresses, and the cursor of the next page, null at the end."""

    suppressions: list[Suppression]
    next_cursor: str | None
