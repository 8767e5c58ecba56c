"""The gateway: route, preflight, authorizer, API key, function, and its own errors."""

import json
import uuid
from collections.abc import Mapping
from typing import Any, Protocol

from chalice.app import Chalice, CORSConfig, RouteEntry
from chalice.config import Config
from chalice.local import LambdaContext, LocalGateway

from chalicelib import observability
from chalicelib.errors import Forbidden, NotFound, OmniError, Unavailable
from infra.local.gateway import events, responses
from infra.local.gateway.authorizer import Authorizer
from infra.local.gateway.per_thread import make_per_thread
from infra.local.gateway.responses import Result
from infra.local.gateway.routes import Match, Routes
from infra.local.gateway.tokens import Verifier

FUNCTION_TIMEOUT_S = 29  # the limit of API Gateway
HEALTH = "/health"
ONLY_HERE = "/_local/"
FORWARDED_FOR = "x-forwarded-for"
UP = "up"
READS = ("GET", "HEAD", "OPTIONS")
DELETES = "DELETE"
LOOPBACK = ("127.0.0.1", "localhost")
STORAGE_RETRY_S = 10

_log = observability.logger(__name__)


class HealthProvider(Protocol):
    """The states of the other local processes."""

    def parts(self) -> dict[str, str]:
        """`up` or `down` for each part."""


class PageProvider(Protocol):
    """What CloudFront serves beside the API."""

    def page(self, path: str, headers: Mapping[str, str]) -> Result | None:
        """The page or asset at `path` for a request's headers; None if there is none."""


class LocalPagesProvider(Protocol):
    """The pages below /_local/, for this machine only."""

    def page(self, path: str, host: str) -> Result | None:
        """The page or data at `path`; None if there is none, or for a foreign `host`."""


class Storage(Protocol):
    """Where the accepted data is kept in the end."""

    def problem(self) -> str | None:
        """Why nothing more may be accepted, for the caller; None if all is well."""


class UsageProvider(Protocol):
    """The usage plan of the API keys."""

    def take(self, key: str | None) -> None:
        """Count one request of `key`; raises Forbidden or TooManyRequests."""


class Gateway(LocalGateway):
    """Serves a Chalice app as API Gateway would, to several threads at once.

    Where it `is_local`, pages of other origins may not write. Elsewhere the server has put the
    client's address, and that alone, into X-Forwarded-For.
    """

    def __init__(  # noqa: PLR0913 the gateway's parts
        self,
        app: Chalice,
        *,
        verifier: Verifier,
        usage: UsageProvider,
        stage: str,
        pages: PageProvider | None = None,
        health: HealthProvider | None = None,
        local_pages: LocalPagesProvider | None = None,
        storage: Storage | None = None,
        is_local: bool = True,
    ) -> None:
        make_per_thread(app)
        parameters = {"lambda_timeout": FUNCTION_TIMEOUT_S}
        super().__init__(app, Config(chalice_stage=stage, user_provided_params=parameters))
        self._authorizer = Authorizer(app, verifier, is_local=is_local)
        self._is_local = is_local
        self._routes = Routes(app.routes)
        self._usage = usage
        self._stage = stage
        self._pages = pages
        self._health = health
        self._local_pages = local_pages
        self._storage = storage
        self.cors = _read_cors_headers(app)
        self._preflights = {
            pattern: self._autogen_options_headers(_make_options_event(pattern))
            for pattern in app.routes
        }
        self._binary_types = frozenset(app.api.binary_types)

    def handle_request(
        self, method: str, path: str, headers: dict[str, Any], body: bytes | None
    ) -> Result:
        """The response to one request; header names are lower case. It never raises."""
        request_id = str(uuid.uuid4())
        try:
            result = self._respond(method, path, headers, body, request_id)
            responses.require_single_lines(result)
        except OmniError as error:
            result = responses.make_problem(error, request_id, self.cors)
        except Exception:  # noqa: BLE001 the outermost frame: any other error is a 500
            with observability.request(request_id):
                _log.exception("gateway failed")
            result = responses.make_internal_error(request_id, self.cors)
        result["headers"]["x-amzn-RequestId"] = request_id
        return result

    def refuse_request(self, error: OmniError) -> Result:
        """The response to a request that cannot be read."""
        request_id = str(uuid.uuid4())
        result = responses.make_problem(error, request_id, self.cors)
        result["headers"]["x-amzn-RequestId"] = request_id
        return result

    def _respond(
        self, method: str, target: str, headers: dict[str, str], body: bytes | None, request_id: str
    ) -> Result:
        if self._is_local:
            _require_own_page(method, headers)
        path, _, query = target.partition("?")
        try:
            match = self._routes.match(path)
        except NotFound:
            if (page := self._find_page(method, path, headers)) is not None:
                return page
            raise
        entry = self._app_object.routes[match.pattern].get(method)
        if entry is None:
            return self._answer_preflight(method, match)
        event = events.build_event(
            method=method,
            path=path,
            query=query,
            match=match,
            headers=headers,
            body=body,
            request_id=request_id,
            stage=self._stage,
            binary_types=self._binary_types,
            source_ip=self._find_source_ip(headers),
        )
        if self._health is not None and match.pattern == HEALTH:
            return self._report_health(self._health.parts(), event, request_id)
        return self._invoke(entry, event, request_id)

    def _find_source_ip(self, headers: Mapping[str, str]) -> str:
        return events.SOURCE_IP if self._is_local else headers[FORWARDED_FOR]

    def _find_page(self, method: str, path: str, headers: Mapping[str, str]) -> Result | None:
        if method not in ("GET", "HEAD"):
            return None
        if path.startswith(ONLY_HERE) and self._local_pages is not None:
            return self._local_pages.page(path, headers.get("host", ""))
        return None if self._pages is None else self._pages.page(path, headers)

    def _answer_preflight(self, method: str, match: Match) -> Result:
        """The response to a CORS preflight, which browsers send without token or key.

        Raises NotFound for any other method, since the route does not have it.
        """
        if method != "OPTIONS":
            raise NotFound("there is no such route")
        return responses.make_result(200, self._preflights[match.pattern], None)

    def _invoke(self, entry: RouteEntry, event: dict[str, Any], request_id: str) -> Result:
        """The function's result, if the authorizer and then the API key allow the request."""
        context = self._make_context(request_id)
        event, context = self._authorizer.authorize(event["path"], event, context)
        if entry.api_key_required:
            self._usage.take(event["headers"].get("x-api-key"))
        self._require_storage(event["httpMethod"])
        result: Result = self._app_object(event, context)
        return result

    def _require_storage(self, method: str) -> None:
        """Raise Unavailable for a request that adds data which could not be kept.

        AWS has no such limit, so the function does not know it. Deletes make room and are taken.
        """
        if self._storage is None or method in (*READS, DELETES):
            return
        if (problem := self._storage.problem()) is not None:
            raise Unavailable(
                f"nothing is accepted now: {problem}; make room, then send it again",
                retry_after_s=STORAGE_RETRY_S,
            )

    def _report_health(
        self, parts: Mapping[str, str], event: dict[str, Any], request_id: str
    ) -> Result:
        """The function's own health and the states of the other parts; 503 if one is down."""
        if any(state != UP for state in parts.values()):
            down = Unavailable("a part of the system is down")
            result = responses.make_problem(down, request_id, self.cors)
        else:
            result = self._app_object(events.drop_condition(event), self._make_context(request_id))
        result["headers"].pop("ETag", None)  # of the function's health alone
        result["body"] = json.dumps({**json.loads(result["body"]), "parts": parts})
        return result

    def _make_context(self, request_id: str) -> LambdaContext:
        context = LambdaContext("api_handler", 128, FUNCTION_TIMEOUT_S * 1000)
        context.aws_request_id = request_id
        return context


def _require_own_page(method: str, headers: Mapping[str, str]) -> None:
    """Raise Forbidden for a write by a page of another origin.

    A browser sends some writes without a preflight, and open intake asks for no token: any page
    could place orders. What a page may read, CORS decides; programs send no `Origin`.
    """
    origin = headers.get("origin")
    if origin is None or method in READS:
        return
    host = headers.get("host", "")
    # A name of the page's own that was rebound to this machine is not loopback's.
    if origin != f"http://{host}" or host.partition(":")[0] not in LOOPBACK:
        raise Forbidden("pages of another origin may not write to the local system")


def _read_cors_headers(app: Chalice) -> dict[str, str]:
    """The app's CORS headers, for responses that come from no route."""
    cors = app.api.cors
    if isinstance(cors, CORSConfig):
        return dict(cors.get_access_control_headers())
    return dict(CORSConfig().get_access_control_headers()) if cors else {}


def _make_options_event(pattern: str) -> dict[str, Any]:
    return {"requestContext": {"resourcePath": pattern}}
