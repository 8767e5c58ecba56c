"""What a record is and which items may become one; pure."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib import times
from chalicelib.errors import InvalidInput, TooLarge
from chalicelib.ids import Id, IdPrefix, require_id
from chalicelib.strict_json import MAX_ITEM_BYTES, item_bytes
from chalicelib.web.cursors import Cursor
from chalicelib.web.operation import Free
from chalicelib.web.pages import PageRead
from chalicelib.web.principal import Principal
from chalicelib.web.rows import ImportRow

RESERVED = "_omni"  # our bookkeeping's attribute in the table
BOOKKEEPING_BYTES = 1024
MAX_ROWS = 1000  # of an import

Content = dict[str, Any]
# Empty for an item that another tool put into the table.
WrittenAt = Annotated[
    str,
    Meta(
        extra_json_schema={
            "anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "maxLength": 0}]
        }
    ),
]


class NewFields(msgspec.Struct, frozen=True):
    """What is known of a record to add."""

    user_id: Id


class OtherFields(msgspec.Struct, frozen=True):
    """What is known of a record's other content: a `user_id` may only repeat the path's."""

    user_id: Id | UnsetType = UNSET


NewContent = Annotated[Content, Free(NewFields, reserved=RESERVED)]
OtherContent = Annotated[Content, Free(OtherFields, reserved=RESERVED)]


class RecordAdded(msgspec.Struct, frozen=True):
    """A sentence for the caller."""

    message: str


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A record with its bookkeeping. `version` counts its writes from 1 and is its entity tag.

    `created_by` is the id of who created it; null unless that is the caller, or an operator calls.
    """

    user_id: Id
    content: Content
    created_by: str | None
    created_at: WrittenAt
    updated_at: WrittenAt
    version: Annotated[int, Meta(ge=0)]


class RecordPage(msgspec.Struct, frozen=True):
    """Some records in no particular order, and the cursor of the next page, null at the end.

    `about_total` is how many records there are of any id, as DynamoDB counted them up to six hours
    ago; null where it could not be asked.
    """

    records: list[Record]
    next_cursor: str | None
    about_total: Annotated[int, Meta(ge=0)] | None
    read: PageRead


class RecordSearch(msgspec.Struct, frozen=True):
    """Which record to find."""

    user_id: Id


class RecordList(msgspec.Struct, frozen=True):
    """Which page of records to list: those whose id begins with `prefix`."""

    prefix: IdPrefix | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 50
    cursor: Cursor | None = None


class RecordExportFormat(StrEnum):
    """`ndjson`: a record a line as it was posted, which an import takes back; or `csv`."""

    NDJSON = "ndjson"
    CSV = "csv"


class RecordExport(msgspec.Struct, frozen=True):
    """Which records to export, at most `limit` in one part; fewer where they exceed 5 MB."""

    prefix: IdPrefix | None = None
    format: RecordExportFormat = RecordExportFormat.NDJSON
    limit: Annotated[int, Meta(ge=1, le=1000)] = 1000
    cursor: Cursor | None = None


class RecordImportResult(msgspec.Struct, frozen=True):
    """What became of an import's rows.

    `added` are stored as they were sent, also those that were so before; `rows` are the `failed`.
    """

    added: Annotated[int, Meta(ge=0)]
    failed: Annotated[int, Meta(ge=0)]
    rows: list[ImportRow]


def check_content(body: Content) -> Content:
    """A posted body that may be stored.

    Raises InvalidInput for a bad `user_id` or a reserved name, TooLarge beyond 400 KB.
    """
    require_id(body.get("user_id"), "user_id")
    check_names(body)
    if item_bytes(body) > MAX_ITEM_BYTES - BOOKKEEPING_BYTES:
        raise TooLarge("a record may take 400 KB, as DynamoDB counts")
    return body


def check_names(body: Content) -> Content:
    """A body without names of our own; raises InvalidInput for one that has them."""
    if any(name.startswith(RESERVED) for name in body):
        raise InvalidInput(f"names that begin with {RESERVED} are reserved")
    return body


def first_version(content: Content, by: Principal, at: datetime) -> Record:
    """The record that a create makes."""
    return Record(
        user_id=content["user_id"],
        content=content,
        created_by=by.id,
        created_at=times.text(at),
        updated_at=times.text(at),
        version=1,
    )


def next_version(record: Record, content: Content, at: datetime) -> Record:
    """The record that a replacement makes.

    Raises InvalidInput when the new content names another user.
    """
    if content["user_id"] != record.user_id:
        raise InvalidInput("user_id in the body differs from the one in the path")
    return msgspec.structs.replace(
        record, content=content, updated_at=times.text(at), version=record.version + 1
    )


def shown_to(record: Record, by: Principal) -> Record:
    """The record as `by` may see it: people's ids are for operators, and for each their own."""
    if by.is_operator or by.id == record.created_by:
        return record
    return msgspec.structs.replace(record, created_by=None)


def may_change(record: Record, by: Principal) -> bool:
    """Records are replaced and deleted by their creator and by operators."""
    return by.is_operator or by.id == record.created_by
