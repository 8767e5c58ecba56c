"""Responses of routes: results, payloads and named errors, as status, headers and body."""

from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta

from chalicelib import errors, observability, strict_json
from chalicelib.web import entity_tags
from chalicelib.web.entity_tags import Tags
from chalicelib.web.headers import (
    AUTHENTICATE,
    CACHE_CONTROL,
    ETAG,
    IDEMPOTENCY_KEY,
    IF_MATCH,
    IF_NONE_MATCH,
    NEVER_STORE,
    RETRY_AFTER,
    REVALIDATE,
)
from chalicelib.web.operation import Operation
from chalicelib.web.payload import JSON, Payload

STATUS: dict[type[errors.OmniError], int] = {
    errors.InvalidInput: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.OwnMessage: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.PreconditionFailed: 412,
    errors.TooLarge: 413,
    errors.UnsupportedMediaType: 415,
    errors.TooManyRequests: 429,
    errors.Unavailable: 503,
}
# Codes of the errors that Chalice itself returns before a view is called.
CHALICE_CODES = {405: "method_not_allowed", 415: errors.UnsupportedMediaType.code}
# API Gateway hands these over as base64.
BINARY_TYPES = ["application/x-protobuf", "application/protobuf"]

NOT_MODIFIED = 304
LONG_HEAD = 431  # the gateway's: the request line or the headers are too long

Headers = dict[str, str | list[str]]

_log = observability.logger(__name__)


class Problem(msgspec.Struct, frozen=True):
    """Every error's body: what happened, a stable code, and the id to look for in the logs."""

    message: Annotated[str, Meta(examples=["Order not found"])]
    code: Annotated[str, Meta(examples=["not_found"])]
    request_id: Annotated[str, Meta(examples=["33759f8b-698e-4d65-93e9-b4e644b50e9a"])]


class HttpResponse(NamedTuple):
    """One response; bytes are a body of a binary type."""

    status: int
    headers: Headers
    body: bytes | str


def result(value: Any, operation: Operation, known: Tags | None = None) -> HttpResponse:
    """A view's result, with its entity tag; 304 without a body to who has it: `known`."""
    done = _done(value, operation.status)
    if not operation.is_tagged:
        return done
    tag = _tag(value, done, operation.etag)
    headers = {**done.headers, ETAG: f'"{tag}"'}
    if not operation.is_kept_read:
        return done._replace(headers=headers)
    headers.setdefault(CACHE_CONTROL, REVALIDATE)
    if entity_tags.is_known(tag, known):
        return HttpResponse(NOT_MODIFIED, headers, "")
    return done._replace(headers=headers)


def no_store(response: HttpResponse) -> HttpResponse:
    """The response, kept by nobody unless it says otherwise."""
    return response._replace(headers={CACHE_CONTROL: NEVER_STORE, **response.headers})


def takes_bytes(accept: str) -> bool:
    """Whether API Gateway decodes a binary body for the client, which else gets base64 text.

    It looks at the first type of the client's `Accept` alone.
    """
    return accept.partition(",")[0].partition(";")[0].strip().lower() in BINARY_TYPES


def failure(
    error: errors.OmniError, operation: Operation, media_type: str, request_id: str
) -> HttpResponse:
    """A named failure, in the words of the route's own protocol where it has one.

    `media_type` is the request's. 429 and 503 say when to try again.
    """
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    headers: Headers = {}
    if isinstance(error, errors.Unavailable) and error.is_fault:
        _log.error("a dependency failed", extra={"cause": type(error.__cause__).__name__})
    if isinstance(error, errors.Unavailable | errors.TooManyRequests):
        headers[RETRY_AFTER] = str(error.retry_after_s)
    if isinstance(error, errors.Unauthenticated):
        # RFC 9110, 15.5.2. API Gateway renames it in a function's response, and sends its own.
        headers[AUTHENTICATE] = "Bearer"
    if operation.refusal is not None:
        return _payload(operation.refusal(error, status, media_type), status, headers)
    return problem(status, error.code, str(error), request_id, headers)


def defect(operation: Operation, media_type: str, request_id: str) -> HttpResponse:
    """The response to a defect of ours; details are logged."""
    error = _Defect("something went wrong on our side")
    if operation.refusal is not None:
        return _payload(operation.refusal(error, 500, media_type), 500, {})
    return problem(500, error.code, str(error), request_id)


def problem(
    status: int, code: str, message: str, request_id: str, headers: Headers | None = None
) -> HttpResponse:
    """The stable body of every error."""
    body = strict_json.encode(Problem(message=message, code=code, request_id=request_id))
    return HttpResponse(status, {"Content-Type": JSON, **(headers or {})}, body)


def of_chalice(status: int, body: dict[str, Any], request_id: str) -> HttpResponse:
    """An error of Chalice's own, by the body that it would send."""
    code = CHALICE_CODES.get(status, _Defect.code)
    return problem(status, code, str(body.get("Message", "")), request_id)


def failure_statuses(operation: Operation) -> set[int]:
    """The statuses of a route's failures: those it names, and those that follow from the rest."""
    found = {STATUS[kind] for kind in (*operation.failures, *operation.access.failures)}
    found |= {400, 500, 503}  # 400: any route refuses a query parameter that it does not know
    if operation.body is not None:
        found |= {400, 413, 415}
    if operation.query is not None or operation.headers or "{" in operation.path:
        found |= {400, LONG_HEAD}
    if IDEMPOTENCY_KEY in operation.headers:
        found |= {409}
    if {IF_MATCH, IF_NONE_MATCH} & {*operation.headers} and not operation.is_kept_read:
        found |= {409, 412}
    if operation.api_key:
        found |= {403, 429}
    return found


def _done(value: Any, status: int) -> HttpResponse:
    if isinstance(value, Payload):
        return _payload(value, status, {})
    text = "" if value is None else strict_json.encode(value)
    return HttpResponse(status, {"Content-Type": JSON}, text)


def _tag(value: Any, done: HttpResponse, version: str | None) -> str:
    if isinstance(value, Payload):
        return entity_tags.digest_of(value.data, value.headers)
    return entity_tags.make(value, str(done.body), version and getattr(value, version))


class _Defect(errors.OmniError):
    code = "internal_error"


def _payload(value: Payload, status: int, headers: Headers) -> HttpResponse:
    """A payload as it is: text for Chalice unless its type is a binary one."""
    binary = value.media_type in BINARY_TYPES
    return HttpResponse(
        status,
        {"Content-Type": value.media_type, **value.headers, **headers},
        value.data if binary else value.data.decode(),
    )
