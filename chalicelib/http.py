"""The HTTP side of Chalice: bodies in, results and named failures out, and their documentation."""

import binascii
import functools
from collections.abc import Callable
from typing import Any

from chalice.app import Chalice, CORSConfig, Request, Response

from chalicelib import errors, observability, openapi, parsing, strict_json
from chalicelib.ids import checked
from chalicelib.openapi import Operation, Problem
from chalicelib.principal import Principal, from_claims

View = Callable[..., Any]

STATUS: dict[type[errors.OmniError], int] = {
    errors.InvalidInput: 400,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.PreconditionFailed: 412,
    errors.TooLarge: 413,
    errors.UnsupportedMediaType: 415,
    errors.Unavailable: 503,
}
JSON = "application/json"
ALLOWED_HEADERS = ["Idempotency-Key", "If-Match", "X-Api-Key", "X-Tenant-ID"]
EXPOSED_HEADERS = ["ETag", "Retry-After", "x-amzn-RequestId"]
# What Chalice itself answers before a view is called, in this product's words.
CHALICE_CODES = {405: "method_not_allowed", 415: errors.UnsupportedMediaType.code}

_log = observability.logger(__name__)


class Api(Chalice):
    """Chalice whose routes take and give Structs, fail by name and document themselves."""

    def __init__(self, app_name: str, *, cors_origin: str) -> None:
        super().__init__(app_name=app_name)
        self.operations: list[Operation] = []
        self.api.cors = self._cors = CORSConfig(
            allow_origin=cors_origin,
            allow_headers=ALLOWED_HEADERS,
            expose_headers=EXPOSED_HEADERS,
            max_age=600,
        )
        self.register_middleware(self._in_our_words, "http")

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
    ) -> Callable[[View], View]:
        """Register a view.

        It is called with the parsed `body` and `query`, where declared, then with the path's
        parameters by name. `failures` are the named failures it may raise besides those that
        follow from the other arguments; `headers` are request headers it reads; `etag` names
        the field of its result that is sent as the entity tag.
        """

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
                    errors=_documented(
                        failures, body=body, query=query, signed_in=authorizer, key=api_key_required
                    ),
                    etag=etag is not None,
                    signed_in=authorizer is not None,
                    api_key=api_key_required,
                )
                self.operations.append(operation)
            registered = super(Api, self).route(
                path,
                methods=methods,
                authorizer=authorizer,
                api_key_required=api_key_required or None,
                content_types=[JSON] if body is not None else [],
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
        return None if tag is None else parsing.version(tag)

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
                    parameters = {name: parsing.unquoted(value) for name, value in path.items()}
                    result = view(*self._arguments(operation), **parameters)
                    return _answer(result, operation.status, etag)
                except tuple(STATUS) as error:
                    return self._failed(error)
                except Exception:  # noqa: BLE001 the last resort of every view
                    _log.exception("a view failed", extra={"view": operation.name})
                    return self._problem(500, "internal_error", "something went wrong on our side")

        return endpoint

    def _arguments(self, operation: Operation) -> list[Any]:
        arguments: list[Any] = []
        if operation.body is not None:
            arguments.append(parsing.body(self._raw_body(), operation.body))
        if operation.query is not None:
            parameters = self._request().query_params
            arguments.append(
                parsing.converted(dict(parameters or {}), operation.query, strict=False)
            )
        return arguments

    def _raw_body(self) -> bytes:
        headers = self._request().headers
        # Chalice takes any header that contains the type, and none at all.
        if headers.get("content-type", "").split(";")[0].strip().lower() != JSON:
            raise errors.UnsupportedMediaType(f"send Content-Type: {JSON}")
        if headers.get("content-encoding", "identity") != "identity":
            raise errors.UnsupportedMediaType("this route takes no Content-Encoding")
        try:
            raw = self._request().raw_body
        except (binascii.Error, UnicodeEncodeError) as error:
            raise errors.InvalidInput("the body is not valid base64 or UTF-8") from error
        return raw if isinstance(raw, bytes) else raw.encode()

    def _failed(self, error: errors.OmniError) -> Response:
        status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
        if isinstance(error, errors.Unavailable):
            _log.error("a dependency failed", extra={"cause": type(error.__cause__).__name__})
            retry = {"Retry-After": str(error.retry_after_s)}
            return self._problem(status, error.code, str(error), retry)
        return self._problem(status, error.code, str(error))

    def _problem(
        self, status: int, code: str, message: str, headers: dict[str, str] | None = None
    ) -> Response:
        problem = Problem(message=message, code=code, request_id=self.request_id())
        return Response(
            body=strict_json.encode(problem),
            status_code=status,
            headers={"Content-Type": JSON, **(headers or {})},
        )

    def _in_our_words(self, event: Any, get_response: Callable[[Any], Response]) -> Response:
        """Chalice's own errors (405, 415) in the stable shape; they never reach a view."""
        response = get_response(event)
        if not (isinstance(response.body, dict) and "Code" in response.body):
            return response
        code = CHALICE_CODES.get(response.status_code, "internal_error")
        message = str(response.body.get("Message", ""))
        problem = self._problem(response.status_code, code, message)
        cors = self._cors.get_access_control_headers()
        problem.headers = {**cors, **response.headers, **problem.headers}
        return problem


def _documented(
    failures: tuple[type[errors.OmniError], ...],
    *,
    body: Any,
    query: Any,
    signed_in: Any,
    key: bool,
) -> tuple[int, ...]:
    found = {STATUS[each] for each in failures} | {500, 503}
    if body is not None:
        found |= {400, 413, 415}
    if query is not None:
        found |= {400}
    if signed_in is not None:
        found |= {401}
    if key:
        found |= {403, 429}
    return tuple(found)


def _answer(result: Any, status: int, etag: str | None) -> Response:
    if result is None:
        return Response(body="", status_code=status, headers={"Content-Type": JSON})
    headers: dict[str, str | list[str]] = {"Content-Type": JSON}
    if etag is not None:
        headers["ETag"] = f'"{getattr(result, etag)}"'
    return Response(body=strict_json.encode(result), status_code=status, headers=headers)
