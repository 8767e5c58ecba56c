"""Parts of Chalice's request turned into what views take; every bad one is InvalidInput."""

import binascii
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import msgspec

from chalicelib import observability, strict_json
from chalicelib.errors import InvalidInput
from chalicelib.ids import require_id
from chalicelib.web import operation, payload
from chalicelib.web.call import Call
from chalicelib.web.operation import Operation, is_struct
from chalicelib.web.payload import Upload
from chalicelib.web.principal import Sender

_TAG = re.compile(r'"([0-9]{1,18})"')  # a version fits 64 bits


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
    return convert(value, kind, strict=True) if is_struct(kind) else value


def convert(value: dict[str, Any], kind: Any, *, strict: bool) -> Any:
    """`value` as a Struct; not `strict` takes texts for numbers, as in a query string."""
    try:
        return msgspec.convert(value, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise InvalidInput(str(error)) from error


def unquote_parameter(value: str) -> str:
    """A path parameter, which API Gateway hands over as the client encoded it."""
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError as error:
        raise InvalidInput("the path is not UTF-8") from error


def call(request: Any, asked: Operation) -> Call:
    """The call of an operation.

    Raises InvalidInput for an `Idempotency-Key` that breaks the rule of ids, and for an
    `If-Match` of anything but one strong tag of ours, where the operation reads that header.
    """
    headers, facts = request.headers, authorizer(request)
    key = headers.get("idempotency-key") if operation.IDEMPOTENCY_KEY in asked.headers else None
    tag = headers.get("if-match") if operation.IF_MATCH in asked.headers else None
    return Call(
        request_id=request_id(request),
        caller=asked.access.admit(facts.get("claims")),
        sender=Sender(
            tenant=facts.get("tenant_id"),
            authorization=headers.get("authorization"),
            named=headers.get("x-tenant-id"),
            key_id=facts.get("key_id"),
            strict=headers.get("x-tenant-strict", "").strip().lower() == "true",
        ),
        idempotency_key=None if key is None else require_id(key, operation.IDEMPOTENCY_KEY),
        expected_version=None if tag is None else version(tag),
        trace_header=observability.trace_header(headers.get("x-amzn-trace-id")),
    )


def version(tag: str) -> int | None:
    """The version that an `If-Match` names; None for `*`. Only one strong tag is taken."""
    if tag.strip() == "*":
        return None
    match = _TAG.fullmatch(tag.strip())
    if match is None:
        raise InvalidInput('If-Match must be one entity tag such as "3"')
    return int(match[1])


def _raw_body(request: Any) -> bytes:
    try:
        raw = request.raw_body
    except (binascii.Error, UnicodeEncodeError) as error:
        raise InvalidInput("the body is not valid base64 or UTF-8") from error
    return raw if isinstance(raw, bytes) else raw.encode()
