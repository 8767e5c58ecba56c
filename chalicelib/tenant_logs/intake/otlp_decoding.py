"""One OTLP record, resource or scope decoded by itself, in either encoding; pure.

The strict decoders are quick; what they refuse is read leniently instead.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from chalicelib.strict_json import MAX_ITEM_BYTES
from chalicelib.tenant_logs.intake import (
    decoding,
    mending,
    otlp_json,
    otlp_lenient,
    otlp_wire,
    repairs,
)
from chalicelib.tenant_logs.intake.mending import CHARACTERS
from chalicelib.tenant_logs.intake.otlp_values import (
    Encoding,
    json_base64,
    json_kind,
    protobuf_base64,
    protobuf_kind,
)
from chalicelib.tenant_logs.intake.repairs import SIZE, Repairs

IN_JSON = Encoding(json_kind, json_base64, str.lower)
IN_PROTOBUF = Encoding(protobuf_kind, protobuf_base64, bytes.hex)
# What `otlp_wire` read is in the shapes of JSON, with bytes and ids as text already.
FROM_WIRE = Encoding(json_kind, str, str)

_MAX_JSON_BYTES = 1024 * 1024  # of a record whose attributes are decoded


class WireMessage(NamedTuple):
    """A message, and how it holds its values."""

    value: Any
    encoding: Encoding


class Form(NamedTuple):
    """How messages of one encoding are decoded: by their bytes, and into the record's repairs."""

    record: Callable[[bytes, Repairs], WireMessage]
    resource: Callable[[bytes, Repairs], WireMessage]
    scope: Callable[[bytes, Repairs], WireMessage]


def json_form(*, mended: bool) -> Form:
    """Of JSON; `mended` says that the export was, and has marks where."""

    def reader(
        strict: msgspec.json.Decoder[Any], lenient: Callable[[Any], Any]
    ) -> Callable[[bytes, Repairs], WireMessage]:
        def read(raw: bytes, done: Repairs) -> WireMessage:
            if mended:
                raw, marks = mending.remove_marks(raw)
                done.done |= marks
            return WireMessage(_from_json(raw, done, strict, lenient), IN_JSON)

        return read

    return Form(
        reader(otlp_json.LOG_RECORD, otlp_lenient.log_record),
        reader(otlp_json.RESOURCE, otlp_lenient.resource),
        reader(otlp_json.SCOPE, otlp_lenient.scope),
    )


def protobuf_form() -> Form:
    """Of protobuf, whose library is loaded with the first export that needs it."""
    # 35 ms that no other request should pay.
    from google.protobuf.message import (  # type: ignore[import-untyped]  # noqa: PLC0415
        DecodeError,
    )
    from opentelemetry.proto.common.v1 import common_pb2  # noqa: PLC0415
    from opentelemetry.proto.logs.v1 import logs_pb2  # noqa: PLC0415
    from opentelemetry.proto.resource.v1 import resource_pb2  # noqa: PLC0415

    def reader(
        strict: Callable[[bytes], Any], lenient: Callable[[bytes], Any]
    ) -> Callable[[bytes, Repairs], WireMessage]:
        def read(raw: bytes, done: Repairs) -> WireMessage:
            if len(raw) > MAX_ITEM_BYTES or not done.has_room:
                done.done.add(SIZE)
                return WireMessage(lenient(raw), FROM_WIRE)
            try:
                return WireMessage(strict(raw), IN_PROTOBUF)
            except DecodeError:
                done.done.add(CHARACTERS)
                return WireMessage(lenient(raw), FROM_WIRE)

        return read

    return Form(
        reader(logs_pb2.LogRecord.FromString, otlp_wire.log_record),
        reader(resource_pb2.Resource.FromString, otlp_wire.resource),
        reader(common_pb2.InstrumentationScope.FromString, otlp_wire.scope),
    )


def _from_json(
    raw: bytes, done: Repairs, strict: msgspec.json.Decoder[Any], lenient: Callable[[Any], Any]
) -> Any:
    if len(raw) > _MAX_JSON_BYTES or not done.has_room:
        done.done.add(SIZE)
        strict = otlp_json.WITHOUT_ATTRIBUTES
    try:
        return strict.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    try:
        return lenient(decoding.value(raw, done, _number))
    except RecursionError:
        return lenient(decoding.value(mending.flatten(raw), done, _number))


def _number(text: str) -> Decimal | str:
    """A number; where DynamoDB does not take it, its text, which the walk looks at."""
    number = repairs.decimal(text)
    return text if number is None else number
