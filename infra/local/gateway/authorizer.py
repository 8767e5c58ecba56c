"""Lets a request through to its route, as the route's authorizer says."""

import time
from typing import Any

from chalice.app import Chalice, ChaliceAuthorizer, CognitoUserPoolAuthorizer
from chalice.local import LambdaContext, LocalGatewayAuthorizer

from chalicelib.errors import Forbidden, Unauthenticated, Unavailable
from chalicelib.observability import logger
from infra.local.gateway.tokens import Verifier

Event = dict[str, Any]

_log = logger(__name__)


class Authorizer(LocalGatewayAuthorizer):
    """Chalice's own, with Cognito tokens verified where Chalice admits every one.

    What an authorizer's function says is not remembered here: a revoked key ends at once, where
    API Gateway goes by its `ttl_seconds`.
    """

    def __init__(self, app: Chalice, verifier: Verifier) -> None:
        super().__init__(app)
        self._verifier = verifier
        _require_known_authorizers(app)

    def authorize(
        self, raw_path: str, lambda_event: Event, lambda_context: LambdaContext
    ) -> tuple[Event, LambdaContext]:
        """The event with the authorizer's findings in its request context.

        Raises Unauthenticated, Forbidden, and Unavailable when an authorizer's function fails or
        the user pool's keys are missing.
        """
        route = self._route_for_event(lambda_event)
        authorizer = route.authorizer if route else None
        if authorizer is not None:
            found = self._found(authorizer, raw_path, lambda_event, lambda_context)
            lambda_event["requestContext"]["authorizer"] = found
        return lambda_event, lambda_context

    def _found(self, authorizer: Any, path: str, event: Event, context: LambdaContext) -> Event:
        if isinstance(authorizer, CognitoUserPoolAuthorizer):
            header = str(authorizer.to_swagger()["name"]).lower()
            return {"claims": self._verifier.claims(event["headers"].get(header))}
        arn = self._arn_builder.build_arn(event["httpMethod"], _without_slash(path))
        return self._asked(authorizer, arn, event["headers"].get("authorization"), context)

    def _asked(self, authorizer: Any, arn: str, token: str | None, context: LambdaContext) -> Event:
        """What the authorizer's function says of the token; it is not called without one."""
        if not token:
            raise Unauthenticated("send an Authorization header")
        begun = time.perf_counter()
        request = {"type": "TOKEN", "authorizationToken": token, "methodArn": arn}
        try:
            result = authorizer(request, context)
        except Exception as error:
            _log.exception("an authorizer failed", extra={"authorizer": authorizer.name})
            raise Unavailable("who calls could not be found out, try again") from error
        if not self._check_can_invoke_view_function(arn, result):
            raise Forbidden("this key may not do this")
        return {
            **{name: _text(value) for name, value in result.get("context", {}).items()},
            "principalId": result["principalId"],
            "integrationLatency": int((time.perf_counter() - begun) * 1000),
        }


def _text(value: Any) -> str:
    """API Gateway hands on texts alone: `true`, `1.5`."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _without_slash(path: str) -> str:
    """API Gateway takes a trailing slash for none."""
    return path[:-1] if path.endswith("/") and path != "/" else path


def _require_known_authorizers(app: Chalice) -> None:
    """Raise TypeError for kinds that Chalice admits unchecked, rather than serve them open."""
    for methods in app.routes.values():
        for entry in methods.values():
            kinds = (CognitoUserPoolAuthorizer, ChaliceAuthorizer, type(None))
            if not isinstance(entry.authorizer, kinds):
                raise TypeError(f"{entry.view_name}: the gateway cannot check its authorizer")
