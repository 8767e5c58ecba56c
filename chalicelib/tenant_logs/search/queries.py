"""What a tenant asks of its stored records, and what it is shown; pure."""

from enum import StrEnum
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from chalicelib.ids import Id, TenantId
from chalicelib.tenant_logs.model import LogSeverity
from chalicelib.times import AskedTime, Time
from chalicelib.web.cursors import Cursor

MAX_ATTR_FILTERS = 8
MAX_FILTER_LENGTH = 256

FilterText = Annotated[str, Meta(min_length=1, max_length=MAX_FILTER_LENGTH)]
FilterValue = Annotated[str, Meta(max_length=MAX_FILTER_LENGTH)]
AttrFilters = Annotated[
    dict[FilterText, FilterValue],
    Meta(
        description="Sent as `attr.<key>=<value>`: only records with this attribute. The names "
        "that lead to a nested one are joined by dots, and of an array any element counts. Numbers "
        "and booleans are compared as they are written in JSON.",
        max_length=MAX_ATTR_FILTERS,
        examples=[{"attr.http.method": "GET"}],
    ),
]
AttrExclusions = Annotated[
    dict[FilterText, FilterValue],
    Meta(
        description="Sent as `not_attr.<key>=<value>`: no records with this attribute, which is "
        "compared as that of `attr`. A record without the attribute is not excluded.",
        max_length=MAX_ATTR_FILTERS,
        examples=[{"not_attr.http.path": "/health"}],
    ),
]


class LogReadOrder(StrEnum):
    """By `ts`, the newest or the oldest first, or as the records came, the first one first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    ARRIVAL = "arrival"


class LogExportFormat(StrEnum):
    """One JSON object a line, or RFC 4180 with a header line in the first part."""

    NDJSON = "ndjson"
    CSV = "csv"


class LogEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One stored record as its tenant reads it."""

    log_id: str
    ts: Time
    received_at: Time
    severity: LogSeverity
    text: str
    attrs: dict[str, Any]
    source: str


class LogsRead(msgspec.Struct, frozen=True):
    """How many stored records were read for a response, and how many of them it contains.

    `complete` says that nothing of the range is left to read.
    """

    scanned: Annotated[int, Meta(ge=0)]
    matched: Annotated[int, Meta(ge=0)]
    complete: bool


class LogPage(msgspec.Struct, frozen=True):
    """Some records, and the cursor to go on from.

    A page may be short, even empty, and not the last one: the cursor is null at the end, and only
    then is it `complete`. With `tail` it never is, so that it can be asked again for what came
    since.
    """

    logs: list[LogEntry]
    next_cursor: str | None
    read: LogsRead


class LogFilters(msgspec.Struct, frozen=True):
    """Which records of a tenant: `since` <= ts < `until`, at least `severity`, and all filters.

    Times are RFC 3339, or ages such as `30s`, `15m`, `1h`, `7d`. `severity` is taken in any case,
    and by the names that loggers use. `text` is looked for in any case in the record's text and in
    the values of its attrs; `source`, `log_id` and attributes must be the same, those that begin
    with `not_` must not. Operators may name a tenant; a `tenant_id` other than the caller's is
    forbidden to all others.
    """

    tenant_id: TenantId | None = None
    since: AskedTime | None = None
    until: AskedTime | None = None
    severity: LogSeverity | None = None
    text: FilterText | None = None
    source: Annotated[FilterValue, Meta(examples=["web"])] | None = None
    not_source: Annotated[FilterValue, Meta(examples=["cron"])] | None = None
    log_id: Id | None = None
    attr: AttrFilters = {}
    not_attr: AttrExclusions = {}

    @property
    def needs_records(self) -> bool:
        """Whether records must be read to know which are meant: more than time and severity is."""
        given = {self.text, self.source, self.not_source, self.log_id}
        return bool(self.attr or self.not_attr) or given != {None}


class LogQuery(LogFilters, frozen=True):
    """Which records, as LogFilters, and in which order.

    With `order=arrival` `since` and `until` are times of arrival: when the record was stored,
    whatever its `ts`; `tail` goes with it. A cursor goes with the query that it came from, whose
    times it keeps; `limit` may differ.
    """

    order: LogReadOrder = LogReadOrder.NEWEST
    tail: bool = False
    limit: Annotated[int, Meta(ge=1, le=1000)] = 100
    cursor: Cursor | None = None


class LogExport(LogQuery, frozen=True):
    """As LogQuery, in greater parts: `limit` is the most records in one response.

    It ends before that where it would exceed 4 MB; `X-Next-Cursor` and `Link` lead on, for as long
    as there is more.
    """

    limit: Annotated[int, Meta(ge=1, le=10_000)] = 10_000
    format: LogExportFormat = LogExportFormat.NDJSON


class AuditRecord(msgspec.Struct, frozen=True, kw_only=True):
    """That an operator read a tenant's logs: who, when, and by which query, without its cursor."""

    at: str
    operator_id: str
    operator_email: str
    tenant_id: str
    query: dict[str, Any]
    request_id: str


class AuditPage(msgspec.Struct, frozen=True):
    """Some audit records, the newest first, and the cursor of the next page, null at the end."""

    records: list[AuditRecord]
    next_cursor: str | None


class AuditList(msgspec.Struct, frozen=True):
    """Which audit records to list: `since` <= at < `until`, of any tenant or one.

    Times are RFC 3339, or ages such as `15m`, `1h`, `7d`. A page may be short and not the last.
    """

    tenant_id: str | None = None
    since: AskedTime | None = None
    until: AskedTime | None = None
    limit: Annotated[int, Meta(ge=1, le=100)] = 50
    cursor: str | None = None
