"""One route as it is declared: what its decorator was told; pure."""

from collections.abc import Callable
from typing import Any, TypedDict

import msgspec

from chalicelib.errors import OmniError
from chalicelib.web.access import SIGNED_IN, Access
from chalicelib.web.call import Call
from chalicelib.web.payload import Payload

IDEMPOTENCY_KEY, TENANT_ID = "Idempotency-Key", "X-Tenant-ID"

View = Callable[..., Any]
Rejected = Callable[[OmniError, Call], None]
Refusal = Callable[[OmniError, int, str], Payload]


class RouteOptions(TypedDict, total=False):
    """What a route may declare beside its path; `Operation` says what each means."""

    access: Access
    api_key: bool
    body: Any
    query: Any
    headers: tuple[str, ...]
    status: int
    etag: str | None
    failures: tuple[type[OmniError], ...]
    refusal: Refusal | None
    rejected: Rejected | None


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One method of a path.

    `body` is a Struct, a free-form `dict`, an Upload (which comes as a Payload), or None; `query`
    a Struct or None. `headers` are the request headers that it reads. `etag` names the field of
    its result that is sent as the entity tag. `failures` are the named failures that it may raise
    beside those that follow from the rest. `refusal` shapes the failures of a route whose
    protocol has its own: it is given the failure, the status and the request's media type.
    `rejected` is told of a body that was refused before the view could be called.
    """

    method: str
    path: str
    name: str
    doc: str
    result: Any
    takes_call: bool
    access: Access = SIGNED_IN
    api_key: bool = False
    body: Any = None
    query: Any = None
    headers: tuple[str, ...] = ()
    status: int = 200
    etag: str | None = None
    failures: tuple[type[OmniError], ...] = ()
    refusal: Refusal | None = None
    rejected: Rejected | None = None


def declare(
    method: str, path: str, view: View, options: RouteOptions, *, open_intake: bool
) -> Operation:
    """The operation that `view` serves. It takes the call if it has a parameter of that name."""
    code = view.__code__
    operation = Operation(
        method=method,
        path=path,
        name=view.__name__,
        doc=view.__doc__ or "",
        result=view.__annotations__.get("return"),
        takes_call="call" in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount],
        **options,
    )
    access = operation.access.on_stage(open_intake=open_intake)
    return msgspec.structs.replace(operation, access=access)


def is_struct(kind: Any) -> bool:
    """Whether `kind` is a typed body or result, not a free-form one or bytes."""
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not Payload
