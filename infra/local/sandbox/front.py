"""The front of the sandbox: who may call, the faults, the platform's response, the outbox."""

import re
import time
import uuid
from collections.abc import Callable, Iterable
from typing import Any, cast
from urllib.parse import parse_qsl

import msgspec

from chalicelib import errors
from chalicelib.observability import logger
from infra.local.gateway.responses import STATUS, Result, make_result
from infra.local.sandbox.calls import JSON, Call, Refusal, Response, Route, make_json
from infra.local.sandbox.control import Control
from infra.local.sandbox.faults import RateLimit, Slow
from infra.local.sandbox.origins import CONTROL, VISITED, Origins
from infra.local.sandbox.page import SandboxPage
from infra.local.sandbox.state import SandboxState

PAGE, POSTS = VISITED
_REQUEST_IDS = {
    "facebook": "x-fb-trace-id",
    "instagram": "x-fb-trace-id",
    "linkedin": "x-li-uuid",
}
_TRACE_ID = re.compile(rb'"fbtrace_id": "(\w+)"')

_log = logger(__name__)


class Front:
    """Responds to each request of the server; `pause` waits some seconds."""

    def __init__(
        self,
        routes: Iterable[Route],
        state: SandboxState,
        origins: Origins,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self._routes = tuple(routes)
        self._outbox = state.outbox
        self._faults = state.faults
        self._page = SandboxPage(state.pictures)
        self._origins = origins
        self._control = Control(state.faults)
        self._pause = pause

    def handle_request(
        self, method: str, path: str, headers: dict[str, Any], body: bytes | None
    ) -> Result | None:
        """The response to one request; None to close the connection instead. It never raises."""
        path, _, query = path.partition("?")
        call = Call(
            method=method,
            path=path,
            query=dict(parse_qsl(query, keep_blank_values=True)),
            headers=headers,
            body=body or b"",
        )
        try:
            response = self._respond(call)
        except Exception:  # noqa: BLE001 the outermost frame: any other error is a 500
            _log.exception("sandbox failed")
            response = make_json(500, {"message": "the sandbox failed", "code": "internal_error"})
        return None if response is None else _make_result(response)

    def refuse_request(self, error: errors.OmniError) -> Result:
        """The response to a request that cannot be read."""
        body = {"message": str(error), "code": error.code}
        return _make_result(make_json(STATUS[type(error)], body))

    def _respond(self, call: Call) -> Response | None:
        reason = self._origins.find_reason_to_refuse(call)
        if reason is not None:
            return make_json(403, {"message": reason, "code": "forbidden"})
        own = self._respond_itself(call)
        if own is None:
            return self._respond_as_platform(call)
        return msgspec.structs.replace(own, headers={**own.headers, **self._origins.allow(call)})

    def _respond_itself(self, call: Call) -> Response | None:
        """The response of the page, its data and the control; None for another path."""
        if call.method == "OPTIONS" and call.path.startswith(CONTROL):
            return Response(204)
        if call.method in ("GET", "HEAD") and call.path == PAGE:
            return self._page.show(self._outbox.list_all())
        if call.method in ("GET", "HEAD") and call.path == POSTS:
            headers = {"Cache-Control": "no-store"}
            return Response(200, msgspec.json.encode(self._outbox.list_all()), headers)
        return self._page.read_picture(call.path) or self._control.respond(call)

    def _respond_as_platform(self, call: Call) -> Response | None:
        for route in self._routes:
            parts = route.match(call.method, call.path)
            if parts is not None:
                return self._serve(route, msgspec.structs.replace(call, parts=parts))
        return make_json(404, {"message": "the sandbox has no such route", "code": "not_found"})

    def _serve(self, route: Route, call: Call) -> Response | None:
        """The platform's response. Only an accepted post can lose its response."""
        draft = route.read_draft(call)
        publishes = draft is not None
        try:
            if route.may_fail(call):
                self._strike(route, call, publishes=publishes)
            response = route.handle(call)
        except Refusal as refusal:
            if draft is not None:
                self._outbox.refuse(draft, refusal)
            return _name_request(route, refusal.response)
        if publishes and self._faults.take(route.channel, "lost_response", publishes=True):
            return None
        return _name_request(route, response)

    def _strike(self, route: Route, call: Call, *, publishes: bool) -> None:
        """Wait and raise Refusal as the channel's faults say."""
        channel, failures = route.channel, route.failures
        slow = self._faults.take(channel, "slow", publishes=publishes)
        if slow is not None:
            self._pause(cast("Slow", slow).s)
        if self._faults.take(channel, "expired_token", publishes=publishes):
            raise Refusal(failures.expired_token(call))
        limit = self._faults.take(channel, "rate_limit", publishes=publishes)
        if limit is not None:
            raise Refusal(failures.rate_limit(call, cast("RateLimit", limit).retry_after_s))
        if self._faults.take(channel, "error_500", publishes=publishes):
            raise Refusal(failures.error_500(call))
        if self._faults.take(channel, "refused", publishes=publishes):
            raise Refusal(failures.refused(call))


def _name_request(route: Route, response: Response) -> Response:
    """The response with the platform's own id of the request, where it has a header for that."""
    header = _REQUEST_IDS.get(route.channel)
    if header is None:
        return response
    told = _TRACE_ID.search(response.body)  # an error of Graph's says it in its body too
    request_id = told[1].decode() if told else f"A{uuid.uuid4().hex[:22]}"
    return msgspec.structs.replace(response, headers={**response.headers, header: request_id})


def _make_result(response: Response) -> Result:
    headers = {"Content-Type": JSON, **response.headers}
    return make_result(response.status, headers, response.body or None)
