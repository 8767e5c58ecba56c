"""What a service may know of a request beside its body, its query and its path; pure."""

import msgspec

from chalicelib.errors import Unauthenticated
from chalicelib.web.preconditions import Precondition
from chalicelib.web.principal import Principal, Sender


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call of a route.

    `caller` is None where no person has to sign in. `idempotency_key` and `precondition` are
    read on the routes that declare their headers, and say nothing on others.
    `trace_header` is the X-Ray header to send along with what the call causes, `accept` the
    header `Accept`.
    """

    request_id: str
    caller: Principal | None = None
    sender: Sender = Sender()
    idempotency_key: str | None = None
    precondition: Precondition = Precondition()
    trace_header: str | None = None
    accept: str | None = None

    @property
    def principal(self) -> Principal:
        """Who signed in.

        Raises Unauthenticated on a route where nobody has to.
        """
        if self.caller is None:
            raise Unauthenticated("sign in and send the ID token")
        return self.caller

    @property
    def named_tenant(self) -> str | None:
        """The tenant that the header `X-Tenant-ID` names, unchecked."""
        return self.sender.named
