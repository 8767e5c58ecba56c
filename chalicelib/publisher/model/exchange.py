"""What authors send and see of many messages at once: imports, exports, decisions; pure."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.publisher.model.requests import MessageList
from chalicelib.publisher.model.statuses import Channel, MessageStatus
from chalicelib.times import ExactTime
from chalicelib.web.cursors import Cursor
from chalicelib.web.rows import ImportRow

MAX_IMPORT_ROWS = 5_000
MAX_LISTED = 1_000  # rows of a result with their reasons: it is kept as one item


class MessageImport(msgspec.Struct, frozen=True):
    """How to import: a `dry_run` judges every row and makes nothing."""

    dry_run: bool = False


class MessageImportResult(msgspec.Struct, frozen=True):
    """What became of an import's rows; `rows` are the first 1,000 of those that `failed`.

    Of a dry run, `added` are the rows that would be.
    """

    added: Annotated[int, Meta(ge=0)] = 0
    failed: Annotated[int, Meta(ge=0)] = 0
    rows: list[ImportRow] = []


class MessageFileFormat(StrEnum):
    """`ndjson`: a message a line, as `GET /api/v1/messages/{id}` shows it; or `csv`."""

    NDJSON = "ndjson"
    CSV = "csv"


class MessageExport(msgspec.Struct, frozen=True):
    """Which of the caller's messages to export, at most `limit` in one part; else as in a list."""

    status: MessageStatus | None = None
    channel: Channel | None = None
    from_: ExactTime | None = msgspec.field(name="from", default=None)
    to: ExactTime | None = None
    format: MessageFileFormat = MessageFileFormat.NDJSON
    limit: Annotated[int, Meta(ge=1, le=100)] = 100
    cursor: Cursor | None = None

    def to_list(self) -> MessageList:
        """The list of the same messages."""
        return MessageList(
            status=self.status,
            channel=self.channel,
            from_=self.from_,
            to=self.to,
            limit=self.limit,
            cursor=self.cursor,
        )


class MessageFilter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which messages of the caller are meant; one that names nothing is refused.

    `from` and `to` are due times, as in the calendar. `cursor` is that of the result before.
    """

    status: MessageStatus | None = None
    channel: Channel | None = None
    from_: ExactTime | None = msgspec.field(name="from", default=None)
    to: ExactTime | None = None
    cursor: Cursor | None = None


class ChannelRetry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The channel whose failed deliveries are to be tried again, and the cursor as in a filter."""

    channel: Channel
    cursor: Cursor | None = None


class CalendarLink(msgspec.Struct, frozen=True):
    """Where a calendar program subscribes to the caller's messages; who has it sees them."""

    url: str
    created_at: str


class RefusedMessage(msgspec.Struct, frozen=True):
    """Why a message stayed as it was."""

    id: str
    code: str
    message: str


class BulkResult(msgspec.Struct, frozen=True):
    """How many messages were changed, and which stayed as they were.

    With a `next_cursor` the time was up: the same request with that cursor goes on.
    """

    done: Annotated[int, Meta(ge=0)]
    failed: list[RefusedMessage]
    next_cursor: str | None
