"""What a tenant asks of its stored records, and what it is shown; pure."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from chalicelib.tenant_logs.model import Severity


class LogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One stored record as its tenant reads it."""

    log_id: str
    ts: str
    received_at: str
    severity: Severity
    text: str
    attrs: dict[str, Any]
    source: str


class LogPage(msgspec.Struct, frozen=True):
    """Some records, and the cursor to go on from.

    A page may be short, even empty, and not the last one: the cursor is null at the end. With
    `tail` it never is, so that it can be asked again for what came since.
    """

    logs: list[LogEntry]
    next_cursor: str | None


class LogQuery(msgspec.Struct, frozen=True):
    """Which records of the caller's tenant: `since` <= ts < `until`, at least `severity`.

    `text` is a part of the record's text, as written. `order` is `newest` or `oldest` first;
    `tail` goes with `oldest`: a record that arrives with an older ts than one that was shown is
    not shown. A `tenant_id` other than the caller's is not found. A cursor goes with the query
    that it came from; `limit` may differ.
    """

    tenant_id: str | None = None
    since: str | None = None
    until: str | None = None
    severity: Severity | None = None
    text: Annotated[str, Meta(min_length=1, max_length=256)] | None = None
    order: Literal["newest", "oldest"] = "newest"
    tail: bool = False
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    cursor: str | None = None


class LogExport(LogQuery, frozen=True):
    """As LogQuery, in greater parts: `limit` is the most records in one response.

    It ends before that where it would exceed 4 MB; `X-Next-Cursor` leads on, for as long as
    there is one.
    """

    limit: Annotated[int, Meta(ge=1, le=10_000)] = 10_000
