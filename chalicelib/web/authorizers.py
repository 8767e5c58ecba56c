"""What API Gateway asks before it calls the function: the user pool, or a tenant's key."""

from collections.abc import Callable
from typing import Any

from chalice.app import (
    AuthRequest,
    AuthResponse,
    Chalice,
    ChaliceAuthorizer,
    CognitoUserPoolAuthorizer,
)

from chalicelib.web.access import Access

Authorize = Callable[[AuthRequest], AuthResponse]


class Authorizers:
    """The authorizers of an application; people sign in with the user pool `user_pool_arn`."""

    def __init__(self, app: Chalice, user_pool_arn: str) -> None:
        self._app = app
        self._people = user_pool_arn and CognitoUserPoolAuthorizer(
            "OmniCognito", provider_arns=[user_pool_arn]
        )
        self._senders: ChaliceAuthorizer | None = None

    def add_tenant_key(self, authorize: Authorize, ttl_seconds: int) -> ChaliceAuthorizer:
        """Register the function that finds a tenant by its key."""
        register = self._app.authorizer(ttl_seconds=ttl_seconds, name=authorize.__name__)
        self._senders = register(authorize)
        return self._senders

    def find(self, access: Access) -> Any:
        """The authorizer of a route; None for an open one.

        Raises LookupError for a route whose authorizer the application lacks.
        """
        if access.signed_in:
            return _require(self._people, "a user pool")
        return _require(self._senders, "an authorizer of keys") if access.tenant_key else None


def _require(authorizer: Any, what: str) -> Any:
    if not authorizer:
        raise LookupError(f"a route needs {what}, and the application has none")
    return authorizer
