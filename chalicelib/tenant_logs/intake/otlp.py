"""OTLP/HTTP: the responses to an exporter, as JSON or protobuf; pure.

Protobuf's library is not needed for it.
"""

import msgspec

from chalicelib import strict_json
from chalicelib.errors import OmniError
from chalicelib.tenant_logs.model import JSON, PROTOBUF
from chalicelib.web.payload import Payload

# google.rpc.Code by HTTP status.
CODES = {
    400: 3,  # INVALID_ARGUMENT
    401: 16,  # UNAUTHENTICATED
    403: 7,  # PERMISSION_DENIED
    413: 11,  # OUT_OF_RANGE
    415: 12,  # UNIMPLEMENTED
    429: 8,  # RESOURCE_EXHAUSTED
    503: 14,  # UNAVAILABLE
}
INTERNAL = 13

_VARINT_BITS = 7


class ExportLogsPartialSuccess(msgspec.Struct, frozen=True, rename="camel"):
    """How many records were rejected, and why."""

    rejected_log_records: str  # int64 is a string in protobuf's JSON
    error_message: str


class ExportLogsServiceResponse(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The response to an export."""

    partial_success: ExportLogsPartialSuccess | None = None


class OtlpStatus(msgspec.Struct, frozen=True):
    """A failure, as google.rpc.Status; `code` is a google.rpc.Code."""

    code: int
    message: str


def response(media_type: str, rejected: int, message: str) -> Payload:
    """ExportLogsServiceResponse; `partialSuccess` is there only when some were rejected."""
    if media_type == PROTOBUF:
        return Payload(media_type=PROTOBUF, data=_protobuf_response(rejected, message))
    partial = ExportLogsPartialSuccess(str(rejected), message) if rejected else None
    return Payload(
        media_type=JSON, data=strict_json.encode(ExportLogsServiceResponse(partial)).encode()
    )


def refusal(error: OmniError, status: int, media_type: str) -> Payload:
    """A failure as the google.rpc.Status that OTLP asks for, in the request's type."""
    shown = OtlpStatus(CODES.get(status, INTERNAL), str(error))
    if media_type == PROTOBUF:
        return Payload(media_type=PROTOBUF, data=_protobuf_status(shown))
    return Payload(media_type=JSON, data=strict_json.encode(shown).encode())


def _protobuf_response(rejected: int, message: str) -> bytes:
    if not rejected:
        return b""
    partial = b"\x08" + _varint(rejected) + _text_field(2, message)
    return b"\x0a" + _varint(len(partial)) + partial


def _protobuf_status(status: OtlpStatus) -> bytes:
    return b"\x08" + _varint(status.code) + _text_field(2, status.message)


def _text_field(number: int, text: str) -> bytes:
    data = text.encode()
    return bytes([number << 3 | 2]) + _varint(len(data)) + data


def _varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first (Protocol Buffers, encoding)."""
    encoded = bytearray()
    while number >> _VARINT_BITS:
        encoded.append(number & 0x7F | 0x80)
        number >>= _VARINT_BITS
    return bytes([*encoded, number])
