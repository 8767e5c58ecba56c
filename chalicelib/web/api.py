"""The HTTP side of Chalice: routes registered, requests in, results and named failures out."""

import functools
from collections.abc import Callable
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NoReturn, Unpack

from chalice.app import (
    CaseInsensitiveMapping,
    Chalice,
    ChaliceAuthorizer,
    CORSConfig,
    Request,
    Response,
)

from chalicelib import observability
from chalicelib.web import requests, responses, views
from chalicelib.web.authorizers import Authorize, Authorizers
from chalicelib.web.operation import Operation, RouteOptions, View, declare
from chalicelib.web.payload import JSON, Payload
from chalicelib.web.responses import BINARY_TYPES, STATUS, HttpResponse

if TYPE_CHECKING:
    from chalicelib.failed_request import FailedRequest

__all__ = ["JSON", "STATUS", "Api"]

DOCUMENT = "/openapi.json"

Register = Callable[[View], View]

ALLOWED_HEADERS = [
    "Idempotency-Key",
    "If-Match",
    "If-None-Match",
    "X-Api-Key",
    "X-Tenant-ID",
    "X-Tenant-Strict",
]
EXPOSED_HEADERS = [
    "ETag",
    "Link",
    "Retry-After",
    "X-Complete",
    "X-Next-Cursor",
    "x-amzn-RequestId",
]

_log = observability.logger(__name__)


class Api(Chalice):
    """Chalice whose routes take and give Structs, fail by name and document themselves.

    People sign in with the user pool `user_pool_arn`. `open_intake` is the stage's setting: see
    `Access`. `note_failure` is told of each 5xx response, before it goes out.
    """

    def __init__(
        self,
        app_name: str,
        *,
        cors_origin: str,
        user_pool_arn: str = "",
        open_intake: bool = False,
        note_failure: "Callable[[FailedRequest], None]" = lambda _: None,
    ) -> None:
        super().__init__(app_name=app_name)
        self._operations: dict[tuple[str, str], Operation] = {}
        self._open_intake = open_intake
        self._note_failure = note_failure
        self._authorizers = Authorizers(self, user_pool_arn)
        self.api.binary_types = list(BINARY_TYPES)
        self.api.cors = self._cors = CORSConfig(
            allow_origin=cors_origin,
            allow_headers=ALLOWED_HEADERS,
            expose_headers=EXPOSED_HEADERS,
            max_age=600,
        )
        self.register_middleware(self._around, "http")

    def get(self, path: str, **options: Unpack[RouteOptions]) -> Register:
        """Register a view that reads; `Operation` says what the options mean.

        A view is called with its parsed body and query, where declared, then by name with the
        path's parameters, and with `call` (a Call) if it has a parameter of that name.
        """
        return self._register("GET", path, options)

    def head(self, path: str, **options: Unpack[RouteOptions]) -> Register:
        """Register for HEAD what `get` registers; API Gateway leaves its body out."""
        return self._register("HEAD", path, options)

    def post(self, path: str, **options: Unpack[RouteOptions]) -> Register:
        """Register a view that creates or acts, as `get` does."""
        return self._register("POST", path, options)

    def put(self, path: str, **options: Unpack[RouteOptions]) -> Register:
        """Register a view that replaces, as `get` does."""
        return self._register("PUT", path, options)

    def patch(self, path: str, **options: Unpack[RouteOptions]) -> Register:
        """Register a view that changes a part, as `get` does."""
        return self._register("PATCH", path, options)

    def delete(self, path: str, **options: Unpack[RouteOptions]) -> Register:
        """Register a view that deletes, as `get` does."""
        return self._register("DELETE", path, options)

    def route(self, path: str, **_: Any) -> NoReturn:
        """Chalice's own decorator: what it registers would have neither access nor documentation.

        Raises TypeError.
        """
        raise TypeError(f"register {path} with get, post, put, patch or delete")

    def tenant_key_authorizer(self, ttl_seconds: int) -> Callable[[Authorize], ChaliceAuthorizer]:
        """Register the function that finds a tenant by its key, before the routes of SENDERS."""

        def register(authorize: Authorize) -> ChaliceAuthorizer:
            return self._authorizers.add_tenant_key(authorize, ttl_seconds)

        return register

    @property
    def operations(self) -> list[Operation]:
        """Every registered route, in the order of registration; HEAD is its GET's."""
        return [operation for operation in self._operations.values() if operation.method != "HEAD"]

    def openapi(self, version: str) -> dict[str, Any]:
        """The OpenAPI document of every registered route."""
        from chalicelib.web import openapi  # noqa: PLC0415 no request needs it

        return openapi.build_document(self.operations, title=self.app_name, version=version)

    def serve_document(self, version: str) -> None:
        """Register `/openapi.json`, for a stage without CloudFront to serve it as a file.

        It is no operation of its own.
        """

        @functools.cache
        def asset() -> Any:
            from chalicelib.web.openapi.serving import Asset  # noqa: PLC0415 as above

            return Asset(self.openapi(version))

        def serve_openapi() -> Response:
            return _response(asset().respond(self._request().headers.get("if-none-match")))

        super().route(DOCUMENT, methods=["GET"])(serve_openapi)

    def _register(self, method: str, path: str, options: RouteOptions) -> Register:
        def register(view: View) -> View:
            operation = declare(method, path, view, options, open_intake=self._open_intake)
            self._operations[method, path] = operation
            super(Api, self).route(
                path,
                methods=[method],
                authorizer=self._authorizers.find(operation.access),
                api_key_required=operation.api_key or None,
                content_types=views.list_media_types(operation),
            )(self._endpoint(view, operation))
            return view

        return register

    def _around(self, request: Request, get_response: Callable[[Any], Response]) -> Response:
        response = self._respond(request, get_response)
        if response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            from chalicelib.web import failing  # noqa: PLC0415 few requests need it

            try:
                self._note_failure(failing.describe(request, response))
            except Exception:  # noqa: BLE001 whatever that does, the response goes out as it is
                _log.exception("a failed request was not noted")
        return response

    def _respond(self, request: Request, get_response: Callable[[Any], Response]) -> Response:
        """What must be done outside of Chalice's own handling of a request.

        Nothing of it is looked at before its caller may make it, not even its Content-Type.
        """
        operation = self._operations.get((request.method, request.context["resourcePath"]))
        if operation is not None:
            try:
                operation.access.admit(requests.authorizer(request).get("claims"))
            except tuple(STATUS) as error:
                refused = responses.failure(error, operation, *views.identify(request))
                return self._with_cors(refused)
            if operation.result is Payload:
                takes_bytes = responses.takes_bytes(request.headers.get("accept", ""))
                _accept_all(request)
                response = self._in_our_words(request, get_response(request))
                return response if takes_bytes else _drop_bytes(response)
        return self._in_our_words(request, get_response(request))

    def _endpoint(self, view: View, operation: Operation) -> View:
        @functools.wraps(view)
        def endpoint(**path: str) -> Response:
            request = self._request()
            with observability.request(requests.request_id(request)):
                try:
                    known = requests.known_tags(request, operation)
                    result = views.call(view, operation, request, path)
                    return _response(responses.result(result, operation, known))
                except tuple(STATUS) as error:
                    return _response(responses.failure(error, operation, *views.identify(request)))
                except Exception:  # noqa: BLE001 the last resort of every view
                    _log.exception("a view failed", extra={"view": operation.name})
                    return _response(responses.defect(operation, *views.identify(request)))

        return endpoint

    def _request(self) -> Request:
        if self.current_request is None:
            raise LookupError("outside of a request")
        return self.current_request

    def _in_our_words(self, request: Request, response: Response) -> Response:
        """Chalice's own errors (405, 415) in the stable shape; they never reach a view."""
        if not (isinstance(response.body, dict) and "Code" in response.body):
            return response
        request_id = requests.request_id(request)
        problem = responses.of_chalice(response.status_code, response.body, request_id)
        return self._with_cors(problem._replace(headers={**response.headers, **problem.headers}))

    def _with_cors(self, response: HttpResponse) -> Response:
        """The response before a view is called, with the headers that Chalice would add."""
        headers = {**self._cors.get_access_control_headers(), **response.headers}
        return _response(response._replace(headers=headers))


def _accept_all(request: Request) -> None:
    # Chalice turns a binary response into a 400 unless `Accept` names its type, and an OTLP sender
    # need not say what it accepts.
    request.headers = CaseInsensitiveMapping({**request.headers, "accept": "*/*"})


def _drop_bytes(response: Response) -> Response:
    """The status alone says what to do; OTLP reads an empty body as a whole success."""
    if isinstance(response.body, bytes):
        response.body = b""
    return response


def _response(response: HttpResponse) -> Response:
    response = responses.no_store(response)
    return Response(status_code=response.status, headers=response.headers, body=response.body)
