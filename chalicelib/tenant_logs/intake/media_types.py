"""What senders' routes take and send, by media type, as it is documented; pure.

More is taken than is said here: what is written otherwise is repaired.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

from chalicelib.ids import Id, TenantId
from chalicelib.tenant_logs.intake import otlp, otlp_json
from chalicelib.tenant_logs.model import CSV, JSON, MAX_RECORDS, NDJSON, PROTOBUF, TEXT, LogSeverity
from chalicelib.times import AskedTime
from chalicelib.web.payload import Binary


class LogToIngest(msgspec.Struct, frozen=True, kw_only=True):
    """A record to queue; what else it has goes into its `attrs`."""

    text: str
    tenant_id: TenantId | UnsetType = UNSET
    log_id: Id | UnsetType = UNSET
    ts: AskedTime | int | float | UnsetType = UNSET
    severity: LogSeverity | UnsetType = UNSET
    attrs: dict[str, Any] | UnsetType = UNSET
    source: str | UnsetType = UNSET


class OtlpScopeLogs(msgspec.Struct, frozen=True, rename="camel"):
    """The records of one instrumentation scope."""

    log_records: list[otlp_json.OtlpLogRecord] | UnsetType = UNSET
    scope: otlp_json.OtlpInstrumentationScope | UnsetType = UNSET
    schema_url: str | UnsetType = UNSET


class OtlpResourceLogs(msgspec.Struct, frozen=True, rename="camel"):
    """The records of one resource."""

    scope_logs: list[OtlpScopeLogs] | UnsetType = UNSET
    resource: otlp_json.OtlpResource | UnsetType = UNSET
    schema_url: str | UnsetType = UNSET


class ExportLogsServiceRequest(msgspec.Struct, frozen=True, rename="camel"):
    """An OTLP export of logs; as in any protobuf message, a list that is absent is empty."""

    resource_logs: list[OtlpResourceLogs] | UnsetType = UNSET


Lines = Annotated[str, Meta(description=f"One record a line, at most {MAX_RECORDS}.")]
INGEST: Mapping[str, Any] = MappingProxyType(
    {
        JSON: LogToIngest | Annotated[list[LogToIngest], Meta(max_length=MAX_RECORDS)],
        **dict.fromkeys(NDJSON, Lines),
        TEXT: str,
    }
)
EXPORT: Mapping[str, Any] = MappingProxyType({JSON: ExportLogsServiceRequest, PROTOBUF: Binary})
EXPORTED: Mapping[str, Any] = MappingProxyType(
    {JSON: otlp.ExportLogsServiceResponse, PROTOBUF: Binary}
)
REFUSED: Mapping[str, Any] = MappingProxyType({JSON: otlp.OtlpStatus, PROTOBUF: Binary})
FOUND: Mapping[str, Any] = MappingProxyType({NDJSON[0]: str, CSV: str})
