"""Who may call a route: said once, for its authorizer, its role check and its documentation."""

from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib.errors import Forbidden, OmniError, Unauthenticated
from chalicelib.web.principal import OPERATOR, PUBLISHER, Principal, from_claims


class Access(msgspec.Struct, frozen=True, kw_only=True):
    """Who may call a route, and the `failures` that tell others so.

    `signed_in` asks for a person's ID token, and for membership of `group` where one is named, or
    of `or_group`;
    `tenant_key` asks for a tenant's key; with `optional_tenant_key` it is checked where it is sent.
    With `optional_sign_in` the person is known where the gateway passes the claims of a token.
    Where the setting `open_intake` is on, `with_open_intake` holds instead, if given.
    """

    signed_in: bool = False
    tenant_key: bool = False
    optional_tenant_key: bool = False
    optional_sign_in: bool = False
    group: str | None = None
    or_group: str | None = None
    failures: tuple[type[OmniError], ...] = ()
    with_open_intake: "Access | None" = None

    def on_stage(self, *, open_intake: bool) -> "Access":
        """The access that holds on a stage with this setting."""
        return (open_intake and self.with_open_intake) or self

    def admit(self, claims: Mapping[str, Any] | None) -> Principal | None:
        """The caller by an authorizer's claims; None where nobody has to sign in and did.

        Raises Unauthenticated without the claims of an ID token, and Forbidden outside of the
        group.
        """
        if not self.signed_in and not (self.optional_sign_in and claims):
            return None
        caller = from_claims(claims)
        if not self.allows(caller):
            raise Forbidden(f"only {self._people} may do this")
        return caller

    def allows(self, caller: Principal) -> bool:
        """Whether somebody who signed in belongs to the group, where one is named."""
        return self.group is None or not caller.groups.isdisjoint((self.group, self.or_group))

    @property
    def note(self) -> str:
        """The sentence of the documentation, such as `For operators.`; empty without a group."""
        return "" if self.group is None else f"For {self._people}."

    @property
    def _people(self) -> str:
        return " and ".join(f"{group}s" for group in (self.group, self.or_group) if group)


OPEN = Access()
SIGNED_IN = Access(signed_in=True, failures=(Unauthenticated,))
OPERATORS = Access(signed_in=True, group=OPERATOR, failures=(Unauthenticated, Forbidden))
PUBLISHERS = Access(signed_in=True, group=PUBLISHER, failures=(Unauthenticated, Forbidden))
ORDERERS = Access(
    signed_in=True,
    failures=(Unauthenticated,),
    with_open_intake=Access(optional_sign_in=True, failures=(Unauthenticated,)),
)
WEBHOOK_OWNERS = Access(
    signed_in=True, group=PUBLISHER, or_group=OPERATOR, failures=(Unauthenticated, Forbidden)
)
TEMPLATE_KEEPERS = WEBHOOK_OWNERS  # who sees templates; their authors and operators change them
MAIL_KEEPERS = WEBHOOK_OWNERS  # who sees and fills the list of suppressed addresses
SENDERS = Access(
    tenant_key=True,
    failures=(Unauthenticated, Forbidden),
    with_open_intake=Access(optional_tenant_key=True, failures=(Unauthenticated, Forbidden)),
)
