"""Authorizes a request by the authorizer of its route."""

import re
import time
from typing import Any

from chalice.app import Chalice, ChaliceAuthorizer, CognitoUserPoolAuthorizer
from chalice.local import LambdaContext, LocalGatewayAuthorizer

from chalicelib.errors import Forbidden, Unauthenticated, Unavailable
from chalicelib.observability import logger
from infra.local.gateway.tokens import Verifier

Event = dict[str, Any]

READS = ("GET", "HEAD")
_JWT = re.compile(r"(bearer +)?[\w-]+\.[\w-]+\.[\w-]+", re.IGNORECASE)

_log = logger(__name__)


class Authorizer(LocalGatewayAuthorizer):
    """Chalice's authorizer, with verification of Cognito tokens, which Chalice accepts unverified.

    The result of an authorizer function is not cached, so a revoked key is refused at once; API
    Gateway caches it for `ttl_seconds`.
    """

    def __init__(self, app: Chalice, verifier: Verifier, *, is_local: bool = True) -> None:
        super().__init__(app)
        self._verifier = verifier
        self._is_local = is_local
        _require_known_authorizers(app)

    def authorize(
        self, raw_path: str, lambda_event: Event, lambda_context: LambdaContext
    ) -> tuple[Event, LambdaContext]:
        """The event, with the authorizer's result in its request context.

        Raises Unauthenticated, Forbidden, and Unavailable when an authorizer function fails or
        the user pool's keys cannot be fetched.
        """
        route = self._route_for_event(lambda_event)
        authorizer = route.authorizer if route else None
        if authorizer is not None:
            result = self._authorize_by(authorizer, raw_path, lambda_event, lambda_context)
            lambda_event["requestContext"]["authorizer"] = result
        elif self._is_local and lambda_event["httpMethod"] not in READS:
            self._pass_claims(lambda_event)
        return lambda_event, lambda_context

    def _pass_claims(self, event: Event) -> None:
        """Add the claims of an ID token that a write to an open route is sent with.

        Nothing is asked for there, but a token that is sent is checked: an order of somebody whose
        token has expired must not become an anonymous one. API Gateway checks none without an
        authorizer, so this is of the local system alone.
        """
        token = event["headers"].get("authorization", "").strip()
        if _JWT.fullmatch(token):
            event["requestContext"]["authorizer"] = {"claims": self._verifier.verify(token)}

    def _authorize_by(
        self, authorizer: Any, path: str, event: Event, context: LambdaContext
    ) -> Event:
        if isinstance(authorizer, CognitoUserPoolAuthorizer):
            header = str(authorizer.to_swagger()["name"]).lower()
            return {"claims": self._verifier.verify(event["headers"].get(header))}
        arn = self._arn_builder.build_arn(event["httpMethod"], _strip_slash(path))
        return self._invoke(authorizer, arn, event["headers"].get("authorization"), context)

    def _invoke(
        self, authorizer: Any, arn: str, token: str | None, context: LambdaContext
    ) -> Event:
        """The result of the authorizer function; it is not called without a token."""
        if not token:
            raise Unauthenticated("send an Authorization header")
        started_at = time.perf_counter()
        request = {"type": "TOKEN", "authorizationToken": token, "methodArn": arn}
        try:
            result = authorizer(request, context)
        except Exception as error:
            _log.exception("authorizer function failed", extra={"authorizer": authorizer.name})
            raise Unavailable("who calls could not be found out, try again") from error
        if not self._check_can_invoke_view_function(arn, result):
            raise Forbidden("this key does not allow the request")
        return {
            **{name: _to_text(value) for name, value in result.get("context", {}).items()},
            "principalId": result["principalId"],
            "integrationLatency": int((time.perf_counter() - started_at) * 1000),
        }


def _to_text(value: Any) -> str:
    """API Gateway passes strings only, such as `true` and `1.5`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _strip_slash(path: str) -> str:
    """API Gateway ignores a trailing slash."""
    return path[:-1] if path.endswith("/") and path != "/" else path


def _require_known_authorizers(app: Chalice) -> None:
    """Raise TypeError for kinds of authorizers that Chalice does not check locally."""
    for methods in app.routes.values():
        for entry in methods.values():
            kinds = (CognitoUserPoolAuthorizer, ChaliceAuthorizer, type(None))
            if not isinstance(entry.authorizer, kinds):
                raise TypeError(f"{entry.view_name}: the gateway cannot check its authorizer")
