"""The HTTP side of Chalice: bodies in, results and named failures out, and their documentation."""

import binascii
import functools
from collections.abc import Callable
from typing import Any

from chalice.app import (
    CaseInsensitiveMapping,
    Chalice,
    CognitoUserPoolAuthorizer,
    CORSConfig,
    Request,
    Response,
)

from chalicelib import errors, observability
from chalicelib.ids import checked
from chalicelib.web import openapi, payload, requests, responses
from chalicelib.web.openapi import Operation
from chalicelib.web.payload import JSON, Payload, Upload
from chalicelib.web.principal import Principal, Sender, from_claims
from chalicelib.web.responses import BINARY_TYPES, STATUS, Answer

__all__ = ["JSON", "STATUS", "Api"]

View = Callable[..., Any]
Refusal = Callable[[errors.OmniError, int, str], Payload]

ALLOWED_HEADERS = ["Idempotency-Key", "If-Match", "X-Api-Key", "X-Tenant-ID", "X-Tenant-Strict"]
EXPOSED_HEADERS = ["ETag", "Retry-After", "X-Next-Cursor", "x-amzn-RequestId"]

_log = observability.logger(__name__)


class Api(Chalice):
    """Chalice whose routes take and give Structs, fail by name and document themselves."""

    def __init__(self, app_name: str, *, cors_origin: str) -> None:
        super().__init__(app_name=app_name)
        self.operations: list[Operation] = []
        self.api.binary_types = list(BINARY_TYPES)
        self.api.cors = self._cors = CORSConfig(
            allow_origin=cors_origin,
            allow_headers=ALLOWED_HEADERS,
            expose_headers=EXPOSED_HEADERS,
            max_age=600,
        )
        self.register_middleware(self._in_our_words, "http")
        self.register_middleware(self._in_kind, "http")

    def route(  # type: ignore[override]  # noqa: PLR0913 narrower on purpose: each argument is documented
        self,
        path: str,
        *,
        methods: list[str],
        body: Any = None,
        query: Any = None,
        status: int = 200,
        failures: tuple[type[errors.OmniError], ...] = (),
        headers: tuple[str, ...] = (),
        etag: str | None = None,
        authorizer: Any = None,
        api_key_required: bool = False,
        refusal: Refusal | None = None,
    ) -> Callable[[View], View]:
        """Register a view.

        It is called with the parsed `body` and `query`, where declared, then with the path's
        parameters by name. `failures` are the named failures it may raise besides those that
        follow from the other arguments; `headers` are request headers it reads; `etag` names
        the field of its result that is sent as the entity tag. A `body` that is an Upload comes
        as a Payload. `refusal` shapes failures of a route whose protocol has its own: it is given
        the failure, the status and the request's media type.
        """
        signed_in = isinstance(authorizer, CognitoUserPoolAuthorizer)
        with_tenant_key = authorizer is not None and not signed_in

        def register(view: View) -> View:
            for method in methods:
                operation = Operation(
                    method=method,
                    path=path,
                    name=view.__name__,
                    doc=view.__doc__ or "",
                    status=status,
                    body=body,
                    query=query,
                    result=view.__annotations__.get("return"),
                    headers=headers,
                    errors=responses.documented(
                        failures,
                        body=body is not None,
                        query=query is not None,
                        caller=authorizer is not None,
                        key=api_key_required,
                    ),
                    etag=etag is not None,
                    signed_in=signed_in,
                    tenant_key=with_tenant_key,
                    api_key=api_key_required,
                    refusal=refusal,
                )
                self.operations.append(operation)
            registered = super(Api, self).route(
                path,
                methods=methods,
                authorizer=authorizer,
                api_key_required=api_key_required or None,
                content_types=_media_types(body),
            )
            registered(self._endpoint(view, operation, etag))
            return view

        return register

    def openapi(self, version: str) -> dict[str, Any]:
        """The OpenAPI document of every registered route."""
        return openapi.document(self.operations, title=self.app_name, version=version)

    def principal(self) -> Principal:
        """Who calls.

        Raises Unauthenticated when no authorizer put claims into the request.
        """
        authorizer = self._request().context.get("authorizer") or {}
        return from_claims(authorizer.get("claims"))

    def sender(self) -> Sender:
        """Which program sends logs, by its tenant's key."""
        request = self._request()
        authorizer = request.context.get("authorizer") or {}
        return Sender(
            tenant=authorizer.get("tenant_id"),
            authorization=request.headers.get("authorization"),
            named=self.named_tenant(),
            key_id=authorizer.get("key_id"),
            strict=request.headers.get("x-tenant-strict", "").strip().lower() == "true",
        )

    def named_tenant(self) -> str | None:
        """The tenant that the header `X-Tenant-ID` names, unchecked."""
        return self._request().headers.get("x-tenant-id")

    def idempotency_key(self) -> str | None:
        """The caller's `Idempotency-Key`.

        Raises InvalidInput for one that breaks the rule of ids.
        """
        key = self._request().headers.get("idempotency-key")
        return None if key is None else checked(key, "Idempotency-Key")

    def expected_version(self) -> int | None:
        """The version that `If-Match` names; None without the header or for `*`.

        Raises InvalidInput for anything but one strong tag of ours, such as `"3"`.
        """
        tag = self._request().headers.get("if-match")
        return None if tag is None else requests.version(tag)

    def request_id(self) -> str:
        """API Gateway's id of the request, else Lambda's."""
        request = self._request()
        return str(
            request.context.get("requestId")
            or getattr(request.lambda_context, "aws_request_id", None)
            or "unknown"
        )

    def trace_header(self) -> str | None:
        """The X-Ray header to send along with what this request causes."""
        return observability.trace_header(self._request().headers.get("x-amzn-trace-id"))

    def _request(self) -> Request:
        if self.current_request is None:
            raise LookupError("outside of a request")
        return self.current_request

    def _endpoint(self, view: View, operation: Operation, etag: str | None) -> View:
        @functools.wraps(view)
        def endpoint(**path: str) -> Response:
            with observability.request(self.request_id()):
                try:
                    if operation.signed_in:
                        self.principal()
                    parameters = {name: requests.unquoted(value) for name, value in path.items()}
                    result = view(*self._arguments(operation), **parameters)
                    return _response(responses.result(result, operation.status, etag))
                except tuple(STATUS) as error:
                    return _response(responses.failure(error, operation, *self._asked()))
                except Exception:  # noqa: BLE001 the last resort of every view
                    _log.exception("a view failed", extra={"view": operation.name})
                    return _response(responses.defect(operation, *self._asked()))

        return endpoint

    def _arguments(self, operation: Operation) -> list[Any]:
        arguments: list[Any] = []
        if operation.body is not None:
            arguments.append(self._body(operation.body))
        if operation.query is not None:
            parameters = dict(self._request().query_params or {})
            arguments.append(requests.converted(parameters, operation.query, strict=False))
        return arguments

    def _body(self, kind: Any) -> Any:
        headers = self._request().headers
        if isinstance(kind, Upload):
            return payload.received(headers, self._raw_body(), kind)
        payload.require_json(headers)
        return requests.body(self._raw_body(), kind)

    def _raw_body(self) -> bytes:
        try:
            raw = self._request().raw_body
        except (binascii.Error, UnicodeEncodeError) as error:
            raise errors.InvalidInput("the body is not valid base64 or UTF-8") from error
        return raw if isinstance(raw, bytes) else raw.encode()

    def _asked(self) -> tuple[str, str]:
        """The request's media type and its id, which errors answer."""
        return payload.media_type(self._request().headers), self.request_id()

    def _in_kind(self, request: Request, get_response: Callable[[Any], Response]) -> Response:
        """Chalice turns a binary answer into a 400 unless `Accept` names its type.

        An OTLP sender need not say what it accepts: it is answered in the type that it sent.
        """
        request.headers = CaseInsensitiveMapping({**request.headers, "accept": "*/*"})
        return get_response(request)

    def _in_our_words(self, event: Any, get_response: Callable[[Any], Response]) -> Response:
        """Chalice's own errors (405, 415) in the stable shape; they never reach a view."""
        response = get_response(event)
        if not (isinstance(response.body, dict) and "Code" in response.body):
            return response
        problem = responses.of_chalice(response.status_code, response.body, self.request_id())
        headers = {**self._cors.get_access_control_headers(), **response.headers, **problem.headers}
        return _response(problem._replace(headers=headers))


def _media_types(body: Any) -> list[str]:
    """What Chalice checks before a view is called; an Upload is checked when it is received.

    Chalice deploys no route that takes text and binary types alike, as OTLP's does.
    """
    return [] if body is None or isinstance(body, Upload) else [JSON]


def _response(answer: Answer) -> Response:
    return Response(status_code=answer.status, headers=answer.headers, body=answer.body)
