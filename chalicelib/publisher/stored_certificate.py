"""What the messages table keeps of a certificate, as a plain value; pure."""

import msgspec

from chalicelib.publisher.model import Announcement, NewCertification


class StoredCertification(NewCertification, frozen=True, kw_only=True):
    """A certificate as the table keeps it; its status follows from the day.

    `owner_email` and `request_id` are of the request that changed it last.
    """

    id: str
    user: str
    created_at: str
    updated_at: str
    announced: list[Announcement] = msgspec.field(default_factory=list)
    rev: int = 1
    owner_email: str | None = None
    request_id: str = ""
    next_reminder_at: str | None = None
    last_reminder_message_id: str | None = None
