"""Series and their occurrences as authors send and see them; pure."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.publisher.model.requests import (
    Channels,
    Content,
    MediaIds,
    MessageRecipients,
    Overrides,
    ScheduledAt,
    Subject,
)
from chalicelib.publisher.model.statuses import Channel
from chalicelib.times import ExactTime
from chalicelib.web.cursors import Cursor

MAX_SHOWN = 100  # occurrences of a series, of which any may be changed

LOCAL_PATTERN = r"^(?!0000)[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(?!\n)$"
RRule = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=500,
        description="An RFC 5545 rule with an end, such as `FREQ=WEEKLY;BYDAY=MO;COUNT=10`.",
    ),
]
LocalTime = Annotated[
    str,
    Meta(
        description="A local time without offset, such as `2026-10-19T09:00:00`.",
        extra_json_schema={"pattern": LOCAL_PATTERN},
    ),
]


class NewSeries(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A message that recurs from `starts_at` on, at that local time of `time_zone`.

    `rrule` has FREQ (DAILY, WEEKLY, MONTHLY, YEARLY), UNTIL or COUNT, and any of INTERVAL, BYDAY,
    BYMONTHDAY, BYMONTH, BYSETPOS and WKST. It ends within five years.
    """

    content: Content
    channels: Channels
    rrule: RRule
    starts_at: LocalTime
    time_zone: str
    subject: Subject | None = None
    media: MediaIds = []
    overrides: Overrides = {}
    recipients: MessageRecipients | None = None


class SeriesChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of a series to replace, for all that is to come; what is missing stays.

    Another `rrule`, `starts_at` or `time_zone` undoes what was changed of single occurrences.
    """

    content: Content | msgspec.UnsetType = msgspec.UNSET
    channels: Channels | msgspec.UnsetType = msgspec.UNSET
    rrule: RRule | msgspec.UnsetType = msgspec.UNSET
    starts_at: LocalTime | msgspec.UnsetType = msgspec.UNSET
    time_zone: str | msgspec.UnsetType = msgspec.UNSET
    subject: Subject | msgspec.UnsetType | None = msgspec.UNSET
    media: MediaIds | msgspec.UnsetType = msgspec.UNSET
    overrides: Overrides | msgspec.UnsetType = msgspec.UNSET
    recipients: MessageRecipients | msgspec.UnsetType | None = msgspec.UNSET


class OccurrenceChange(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of one occurrence to replace; one that was skipped takes place again.

    `scheduled_at` without an offset is in the time zone of the series.
    """

    content: Content | msgspec.UnsetType = msgspec.UNSET
    channels: Channels | msgspec.UnsetType = msgspec.UNSET
    scheduled_at: ScheduledAt | msgspec.UnsetType = msgspec.UNSET
    subject: Subject | msgspec.UnsetType | None = msgspec.UNSET
    media: MediaIds | msgspec.UnsetType = msgspec.UNSET
    overrides: Overrides | msgspec.UnsetType = msgspec.UNSET
    recipients: MessageRecipients | msgspec.UnsetType | None = msgspec.UNSET


class SeriesStatus(StrEnum):
    """Whether an occurrence of a series is to come."""

    ACTIVE = "active"
    ENDED = "ended"


class OccurrenceStatus(StrEnum):
    """What becomes of an occurrence; `made` is a message already, and changed as that is."""

    PROJECTED = "projected"
    CHANGED = "changed"
    SKIPPED = "skipped"
    MADE = "made"


class SeriesOccurrence(msgspec.Struct, frozen=True, kw_only=True):
    """One occurrence of a series; `id` is its local time by the rule, `text` its beginning.

    `notes` say what was changed, such as an hour that the time zone skips.
    """

    series_id: str
    id: str
    status: OccurrenceStatus
    scheduled_at: str
    text: str
    channels: list[Channel]
    message_id: str | None = None
    notes: list[str] = []


class MissedOccurrence(msgspec.Struct, frozen=True, kw_only=True):
    """An occurrence of which no message was made, and why."""

    id: str
    scheduled_at: str
    reason: str


class SeriesApproval(msgspec.Struct, frozen=True, kw_only=True):
    """Who approved a series, and when; not `is_current` when it was changed since."""

    by: str
    at: str
    is_current: bool


class MessageSeries(msgspec.Struct, frozen=True, kw_only=True):
    """A series with its next occurrences; of those that were missed it keeps the newest 20.

    `rev` counts changes by its author from 1 and is its entity tag. The message of an occurrence is
    made 12 hours before its time; `last_message_id` is the last one. With a current `approval` its
    messages do not wait for theirs, on a stage that requires it.
    """

    id: str
    status: SeriesStatus
    content: str
    subject: str | None
    channels: list[Channel]
    media: list[str]
    overrides: Overrides
    recipients: MessageRecipients | None
    rrule: str
    starts_at: str
    time_zone: str
    next_at: str | None
    last_message_id: str | None
    missed: list[MissedOccurrence]
    created_by: str
    created_at: str
    updated_at: str
    rev: int
    request_id: str
    approval: SeriesApproval | None = None
    occurrences: list[SeriesOccurrence] = []


class SeriesQuery(msgspec.Struct, frozen=True):
    """How many of the next occurrences to show."""

    occurrences: Annotated[int, Meta(ge=0, le=MAX_SHOWN)] = 10


class SeriesList(msgspec.Struct, frozen=True):
    """Which series of the caller to list, newest first."""

    limit: Annotated[int, Meta(ge=1, le=100)] = 25
    cursor: Cursor | None = None


class SeriesPage(msgspec.Struct, frozen=True):
    """Some series without their occurrences, and the cursor of the next page, null at the end."""

    series: list[MessageSeries]
    next_cursor: str | None


class OccurrenceList(msgspec.Struct, frozen=True):
    """The time [`from`, `to`) to show, at most 62 days."""

    from_: ExactTime | None = msgspec.field(name="from", default=None)
    to: ExactTime | None = None


class OccurrenceCalendar(msgspec.Struct, frozen=True):
    """What is to come, earliest first; not `complete` beyond 1,000 occurrences."""

    occurrences: list[SeriesOccurrence]
    complete: bool
