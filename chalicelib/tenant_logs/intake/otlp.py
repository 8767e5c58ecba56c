"""OTLP/HTTP: exports in, answers and refusals out, as JSON or protobuf; pure.

The protobuf library is loaded with the first export that needs it: other requests never wait
for it. Both kinds of export are read by the one walk of `otlp_records`.
"""

from typing import Any

import msgspec

from chalicelib import strict_json
from chalicelib.errors import InvalidInput, OmniError
from chalicelib.tenant_logs.intake import otlp_json, otlp_records
from chalicelib.tenant_logs.model import JSON, PROTOBUF, Refusal, Sent
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


class _PartialSuccess(msgspec.Struct, frozen=True, rename="camel"):
    rejected_log_records: str  # int64 is a string in protobuf's JSON
    error_message: str


class _Response(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    partial_success: _PartialSuccess | None = None


class _Status(msgspec.Struct, frozen=True):
    code: int
    message: str


def sent_records(body: Payload) -> list[Sent | Refusal]:
    """The records of an export, in its order.

    Raises InvalidInput for what is no export, TooLarge for one of too many records.
    """
    if body.media_type == PROTOBUF:
        return otlp_records.walk(_from_protobuf(body.data), otlp_records.IN_PROTOBUF)
    return otlp_records.walk(otlp_json.decode(body.data), otlp_records.IN_JSON)


def answer(media_type: str, rejected: int, message: str) -> Payload:
    """ExportLogsServiceResponse; `partialSuccess` is there only when some were rejected."""
    if media_type == PROTOBUF:
        return Payload(media_type=PROTOBUF, data=_protobuf_response(rejected, message))
    partial = _PartialSuccess(str(rejected), message) if rejected else None
    return Payload(media_type=JSON, data=strict_json.encode(_Response(partial)).encode())


def refusal(error: OmniError, status: int, media_type: str) -> Payload:
    """A failure as the google.rpc.Status that OTLP asks for, in the request's type."""
    shown = _Status(CODES.get(status, INTERNAL), str(error))
    if media_type == PROTOBUF:
        return Payload(media_type=PROTOBUF, data=_protobuf_status(shown))
    return Payload(media_type=JSON, data=strict_json.encode(shown).encode())


def _from_protobuf(data: bytes) -> Any:
    # 35 ms that no other request should pay.
    from google.protobuf.message import (  # type: ignore[import-untyped]  # noqa: PLC0415
        DecodeError,
    )
    from opentelemetry.proto.collector.logs.v1 import logs_service_pb2  # noqa: PLC0415

    try:
        return logs_service_pb2.ExportLogsServiceRequest.FromString(data)
    except DecodeError as error:
        raise InvalidInput("the body is no ExportLogsServiceRequest") from error


def _protobuf_response(rejected: int, message: str) -> bytes:
    if not rejected:
        return b""
    partial = b"\x08" + _varint(rejected) + _text_field(2, message)
    return b"\x0a" + _varint(len(partial)) + partial


def _protobuf_status(status: _Status) -> bytes:
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
