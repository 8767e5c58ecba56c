"""Who calls: the claims of a verified Cognito ID token."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib.errors import Forbidden, Unauthenticated

_SIGN_IN = "sign in and send the ID token"
OPERATOR, PUBLISHER = "operator", "publisher"  # the groups of people with rights of their own


class Principal(msgspec.Struct, frozen=True):
    """A signed-in person. `id` is the token's `sub`; `tenant` its `custom:tenant_id`.

    `email` may be anybody's unless `has_proof`: people change their own.
    """

    id: str
    email: str
    groups: frozenset[str]
    tenant: str | None
    has_proof: bool = True

    @property
    def is_operator(self) -> bool:
        """Operators run the system and may do what only owners may."""
        return OPERATOR in self.groups

    def require_tenant(self) -> str:
        """The tenant of the caller; raises Forbidden for someone who belongs to none."""
        if self.tenant is None:
            raise Forbidden("your account belongs to no tenant")
        return self.tenant


class Sender(msgspec.Struct, frozen=True):
    """Who sends logs: no person but a program with a tenant's key.

    `tenant` is the one that the authorizer found by the key `key_id`; None where the route has
    none. `authorization` and `named` are the headers `Authorization` and `X-Tenant-ID` as sent;
    `strict` says that `X-Tenant-Strict` is true: a record of another tenant forbids the request.
    """

    tenant: str | None = None
    authorization: str | None = None
    named: str | None = None
    key_id: str | None = None
    strict: bool = False


def from_claims(claims: Mapping[str, Any] | None) -> Principal:
    """The principal of an authorizer's claims.

    Raises Unauthenticated without claims, as under stock `chalice local`, for claims that no pool
    signs, and for an access token: only the ID token carries e-mail, groups and tenant.
    """
    if not claims or claims.get("token_use") != "id":
        raise Unauthenticated(_SIGN_IN)
    caller, tenant = claims.get("sub"), claims.get("custom:tenant_id")
    if not isinstance(caller, str) or not caller or not isinstance(tenant, str | None):
        raise Unauthenticated(_SIGN_IN)
    return Principal(
        id=caller,
        email=str(claims.get("email", "")),
        groups=_groups(claims.get("cognito:groups")),
        tenant=tenant,
        # The pool takes those of identity providers for unverified, which wrote them at sign-in.
        has_proof=claims.get("email_verified", True) in (True, "true") or "identities" in claims,
    )


def _groups(claim: Any) -> frozenset[str]:
    """API Gateway flattens the token's list into one text, `a,b` or `[a b]` by its kind.

    Raises Unauthenticated for anything but names.
    """
    names = re.split(r"[\s,\[\]]+", claim) if isinstance(claim, str) else claim or ()
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise Unauthenticated(_SIGN_IN)
    return frozenset(filter(None, names))
