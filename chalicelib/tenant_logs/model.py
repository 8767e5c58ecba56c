"""Log records: what is sent, what is kept, and how both are told; pure."""

from enum import StrEnum
from typing import Any

import msgspec

MAX_RECORDS = 1000  # a request to /ingest
MAX_OTLP_RECORDS = 20_000  # an export: collectors send 8,192 at once unless told otherwise
MAX_QUEUED_BYTES = 32 * 1024 * 1024  # what one request may become, attributes repeated

JSON = "application/json"
NDJSON = ("application/x-ndjson", "application/ndjson", "application/jsonl")
TEXT = "text/plain"
CSV = "text/csv"
PROTOBUF = "application/x-protobuf"


class LogSeverity(StrEnum):
    """OpenTelemetry's names of severity ranges, in rising order."""

    TRACE = "TRACE"
    DEBUG = "DEBUG"
    INFO = "INFO"
    WARN = "WARN"
    ERROR = "ERROR"
    FATAL = "FATAL"

    @property
    def at_least(self) -> "list[LogSeverity]":
        """This severity and those above it."""
        return list(LogSeverity)[list(LogSeverity).index(self) :]

    @classmethod
    def _missing_(cls, value: object) -> "LogSeverity | None":
        """A severity by another name or in another case, as loggers write it."""
        from chalicelib.tenant_logs.intake import levels  # noqa: PLC0415 it needs this class

        return levels.by_name(value) if isinstance(value, str) else None


class LogRecord(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The envelope of one record, as it is in the queue and in the table.

    Times are UTC texts; `ts` is when it happened by its sender, `received_at` when it came here.
    `expires_at` is in epoch seconds. `named` says that its sender gave the `log_id`, so that the
    same one again is the same record.
    """

    tenant_id: str
    log_id: str
    ts: str
    received_at: str
    expires_at: int
    text: str
    severity: LogSeverity = LogSeverity.INFO
    attrs: dict[str, Any] = {}
    source: str = ""
    named: bool = False


class Sent(msgspec.Struct, frozen=True, kw_only=True):
    """What a sender says of one record, checked; None and "" where it says nothing.

    `ts_field` and `ts_given` are the field that `ts` was read from and its original value.
    `repaired` names what was repaired; `json_bytes` is about the size of what was sent.
    """

    text: str
    tenant_id: str | None = None
    log_id: str | None = None
    ts: str | None = None
    severity: LogSeverity = LogSeverity.INFO
    attrs: dict[str, Any] = {}
    source: str = ""
    ts_field: str | None = None
    ts_given: Any = None
    repaired: tuple[str, ...] = ()
    json_bytes: int = 0


class LogRejectCode(StrEnum):
    """Why a record was not taken, in a stable word."""

    INVALID_JSON = "invalid_json"
    NOT_AN_OBJECT = "not_an_object"
    NO_TEXT = "no_text"
    NO_TENANT = "no_tenant"
    INVALID_RECORD = "invalid_record"
    TOO_LARGE = "too_large"
    OVER_LIMIT = "over_limit"
    NOT_QUEUED = "not_queued"


class Refusal(msgspec.Struct, frozen=True):
    """Why a record was not taken; `again` says that the same one may be taken later."""

    code: LogRejectCode
    reason: str
    again: bool = False


class LogRecordResult(msgspec.Struct, frozen=True, omit_defaults=True):
    """What became of one record, by its position in the request."""

    index: int
    status: str  # accepted, rejected
    log_id: str | None = None
    reason: str | None = None
    code: LogRejectCode | None = None


class LogIngestResult(msgspec.Struct, frozen=True):
    """What became of a request's records; only what the queue took is accepted."""

    accepted: int
    rejected: int
    results: list[LogRecordResult]
