"""Parts of Chalice's request turned into what views take; every bad one is InvalidInput."""

import binascii
import hashlib
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

from chalicelib import observability, strict_json
from chalicelib.errors import InvalidInput
from chalicelib.ids import is_id
from chalicelib.web import payload
from chalicelib.web.call import Call
from chalicelib.web.conversion import convert, convert_query
from chalicelib.web.entity_tags import Tags
from chalicelib.web.headers import IDEMPOTENCY_KEY, IF_NONE_MATCH, KEY_PATTERN
from chalicelib.web.operation import Operation, is_struct
from chalicelib.web.payload import Upload
from chalicelib.web.preconditions import read_precondition
from chalicelib.web.principal import Sender

KEY_RULE = 'of 1 to 255 visible ASCII characters without " and \\, bare or in quotes'

_KEY = re.compile(KEY_PATTERN)
_HASHED = "sha256-"


def request_id(request: Any) -> str:
    """API Gateway's id of the request, else Lambda's."""
    return str(
        request.context.get("requestId")
        or getattr(request.lambda_context, "aws_request_id", None)
        or "unknown"
    )


def authorizer(request: Any) -> Mapping[str, Any]:
    """What the route's authorizer found out: a person's claims, or a key's tenant."""
    return request.context.get("authorizer") or {}


def body(request: Any, kind: Any) -> Any:
    """The body as `kind`: a Struct, a free-form `dict` as it is, or a Payload for an Upload."""
    if isinstance(kind, Upload):
        return payload.read_body(request.headers, _raw_body(request), kind)
    payload.require_json(request.headers)
    value = strict_json.decode_object(_raw_body(request))
    return convert(_with_integers(value), kind, strict=True) if is_struct(kind) else value


def query(request: Any, kind: Any) -> Any:
    """The query string as `kind`; None for a route without parameters.

    Raises InvalidInput, also for a parameter that the route does not know.
    """
    return convert_query(dict(request.query_params or {}), kind)


def unquote_parameter(value: str) -> str:
    """A path parameter, which API Gateway hands over as the client encoded it."""
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError as error:
        raise InvalidInput("the path is not UTF-8") from error


def call(request: Any, asked: Operation) -> Call:
    """The call of an operation.

    Raises InvalidInput for a bad `Idempotency-Key`, `If-Match` or `If-None-Match`, where the
    operation reads that header.
    """
    headers, facts = request.headers, authorizer(request)
    key = headers.get("idempotency-key") if IDEMPOTENCY_KEY in asked.headers else None
    return Call(
        request_id=request_id(request),
        caller=asked.access.admit(facts.get("claims")),
        sender=_read_sender(headers, facts),
        idempotency_key=None if key is None else read_idempotency_key(key),
        precondition=read_precondition(headers, asked.headers),
        trace_header=observability.trace_header(headers.get("x-amzn-trace-id")),
        accept=headers.get("accept"),
    )


def known_tags(request: Any, asked: Operation) -> Tags | None:
    """The entity tags of what the client has of a read already; None where it says nothing."""
    if not asked.is_kept_read:
        return None
    return read_precondition(request.headers, (IF_NONE_MATCH,)).none_match


def _read_sender(headers: Mapping[str, str], facts: Mapping[str, Any]) -> Sender:
    return Sender(
        tenant=facts.get("tenant_id"),
        authorization=headers.get("authorization"),
        named=headers.get("x-tenant-id"),
        key_id=facts.get("key_id"),
        strict=headers.get("x-tenant-strict", "").strip().lower() == "true",
    )


def read_idempotency_key(text: str) -> str:
    """The id of an `Idempotency-Key`, sent bare or as a quoted string; the same for both.

    Raises InvalidInput.
    """
    text = text.strip()
    bare = text[1:-1] if text[:1] == text[-1:] == '"' else text
    if not _KEY.fullmatch(bare):
        raise InvalidInput(f"{IDEMPOTENCY_KEY} must be {KEY_RULE}")
    if is_id(bare) and not bare.startswith(_HASHED):
        return bare
    return _HASHED + hashlib.sha256(bare.encode()).hexdigest()


def _with_integers(value: Any) -> Any:
    """`value` with 2.0 as 2: JSON Schema counts it among the integers."""
    match value:
        case dict():
            return {name: _with_integers(member) for name, member in value.items()}
        case list():
            return [_with_integers(member) for member in value]
        case Decimal() if value == value.to_integral_value():
            return int(value)
    return value


def _raw_body(request: Any) -> bytes:
    try:
        raw = request.raw_body
    except (binascii.Error, UnicodeEncodeError) as error:
        raise InvalidInput("the body is not valid base64 or UTF-8") from error
    return raw if isinstance(raw, bytes) else raw.encode()
