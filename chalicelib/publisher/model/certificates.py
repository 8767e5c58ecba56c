"""Certificates: the shapes of their requests and responses; pure."""

import datetime as dt
from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.ids import Id
from chalicelib.publisher.model.requests import Channels, ScheduledAt, TemplateUse
from chalicelib.publisher.model.statuses import Channel
from chalicelib.web.cursors import Cursor

# Each blank by itself, since what `\s` is differs between languages; `(?!\n)$` as in ids.
_BLANKS = r"\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f\u3000\ufeff"
EXPIRING = dt.timedelta(days=60)
URL_PATTERN = rf'^https?://[^{_BLANKS}<>"]+(?!\n)$'


class CertificationStatus(StrEnum):
    """Whether a certificate is valid; `expiring` within 60 days."""

    ACTIVE = "active"
    EXPIRING = "expiring"
    EXPIRED = "expired"


class NewCertification(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A certificate of the caller's; `badge_media` is the id of a confirmed upload.

    Dates are YYYY-MM-DD; without `expires_on` it never expires. One that is `public` has a page
    that anybody with its address may see.
    """

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    issuer: Annotated[str, Meta(min_length=1, max_length=200)]
    issued_on: dt.date
    expires_on: dt.date | None = None
    credential_id: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    verify_url: Annotated[str, Meta(pattern=URL_PATTERN, max_length=2000)] | None = None
    badge_media: Id | None = None
    public: bool = False


class Announcement(msgspec.Struct, frozen=True, kw_only=True):
    """Where a certificate was announced, by which message, and when that was made."""

    channel: Channel
    message_id: str
    at: str


class NewAnnouncement(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The channels to announce a certificate on: now, or at `scheduled_at` as of a message.

    Fields of the `template` are filled with `name`, `issuer`, `issued_on`, `expires_on`,
    `credential_id` and `verify_url` of the certificate, unless the request has others.
    """

    channels: Channels
    scheduled_at: ScheduledAt | None = None
    time_zone: str | None = None
    template: TemplateUse | None = None


class Certification(msgspec.Struct, frozen=True, kw_only=True):
    """A certificate. `rev` counts its changes, announcements too, from 1 and is its entity tag.

    `page_url` is its public page's. Its owner is reminded at `next_reminder_at`, as it was done by
    the message `last_reminder_message_id`.
    """

    id: str
    status: CertificationStatus
    name: str
    issuer: str
    issued_on: dt.date
    expires_on: dt.date | None
    credential_id: str | None
    verify_url: str | None
    badge_media: str | None
    public: bool
    page_url: str | None
    next_reminder_at: str | None
    last_reminder_message_id: str | None
    announced: list[Announcement]
    created_at: str
    updated_at: str
    rev: int


class CertificationList(msgspec.Struct, frozen=True):
    """Which page of the caller's certificates to list, newest first."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 25
    cursor: Cursor | None = None


class CertificationPage(msgspec.Struct, frozen=True):
    """Some certificates, and the cursor of the next page, null at the end."""

    certifications: list[Certification]
    next_cursor: str | None


def read_status(expires_on: dt.date | None, today: dt.date) -> CertificationStatus:
    """The status on a day; a certificate is valid on the day on which it expires."""
    if expires_on is None or expires_on > today + EXPIRING:
        return CertificationStatus.ACTIVE
    return CertificationStatus.EXPIRED if expires_on < today else CertificationStatus.EXPIRING
