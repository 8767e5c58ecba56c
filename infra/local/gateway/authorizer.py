"""Lets a request through to its route, as the route's authorizer says."""

from typing import Any

from chalice.app import Chalice, ChaliceAuthorizer, CognitoUserPoolAuthorizer
from chalice.local import (
    ForbiddenError,
    LambdaContext,
    LocalGatewayAuthorizer,
    NotAuthorizedError,
)

from chalicelib.errors import Forbidden, Unauthenticated
from infra.local.gateway.tokens import Verifier

Event = dict[str, Any]


class Authorizer(LocalGatewayAuthorizer):
    """Chalice's own, with Cognito tokens verified where Chalice admits every one."""

    def __init__(self, app: Chalice, verifier: Verifier) -> None:
        super().__init__(app)
        self._verifier = verifier
        _require_known_authorizers(app)

    def authorize(
        self, raw_path: str, lambda_event: Event, lambda_context: LambdaContext
    ) -> tuple[Event, LambdaContext]:
        """The event with the authorizer's findings in its request context.

        Raises Unauthenticated, Forbidden, and Unavailable without the user pool's keys.
        """
        route = self._route_for_event(lambda_event)
        authorizer = route.authorizer if route else None
        if isinstance(authorizer, CognitoUserPoolAuthorizer):
            header = str(authorizer.to_swagger()["name"]).lower()
            claims = self._verifier.claims(lambda_event["headers"].get(header))
            lambda_event["requestContext"]["authorizer"] = {"claims": claims}
            return lambda_event, lambda_context
        try:
            return super().authorize(raw_path, lambda_event, lambda_context)
        except NotAuthorizedError as error:
            raise Unauthenticated("send an Authorization header") from error
        except ForbiddenError as error:
            raise Forbidden("this key may not do this") from error


def _require_known_authorizers(app: Chalice) -> None:
    """Raise TypeError for kinds that Chalice admits unchecked, rather than serve them open."""
    for methods in app.routes.values():
        for entry in methods.values():
            kinds = (CognitoUserPoolAuthorizer, ChaliceAuthorizer, type(None))
            if not isinstance(entry.authorizer, kinds):
                raise TypeError(f"{entry.view_name}: the gateway cannot check its authorizer")
