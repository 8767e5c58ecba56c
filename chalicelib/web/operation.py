"""One route as it is declared: what its decorator was told; pure."""

from collections.abc import Callable, Mapping
from typing import Any, TypedDict

import msgspec

from chalicelib.errors import OmniError
from chalicelib.web.access import SIGNED_IN, Access
from chalicelib.web.call import Call
from chalicelib.web.headers import IF_NONE_MATCH
from chalicelib.web.payload import Payload

View = Callable[..., Any]
Rejected = Callable[[OmniError, Call], None]
Refusal = Callable[[OmniError, int, str], Payload]


class SharedOptions(TypedDict, total=False):
    """What several routes may have in common; `Operation` says what each means."""

    access: Access
    etag: str | None
    failures: tuple[type[OmniError], ...]
    kept: bool
    content: Mapping[str, Any]
    refusal: Refusal | None
    refusal_content: Mapping[str, Any]


class RouteOptions(SharedOptions, total=False):
    """What a route may declare beside its path."""

    api_key: bool
    body: Any
    query: Any
    headers: tuple[str, ...]
    status: int
    sends: tuple[str, ...]
    rejected: Rejected | None


class Free(msgspec.Struct, frozen=True):
    """Marks a free-form object in `Annotated`: the fields that are `known`, and any others.

    `reserved` is how no name may begin.
    """

    known: type[msgspec.Struct] | None = None
    reserved: str = ""


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One method of a path.

    `body` is a Struct, a free-form `dict`, an Upload (which comes as a Payload), or None; `query`
    a Struct or None; `path_types` are the types of the path's parameters. `headers` are the
    request headers that it reads, `sends` those of its result. `etag` names the field of its
    result that is its version: its entity tag begins with it. A read is `kept` by clients, which
    send its entity tag the next time; False is for one whose result ends by itself, as a link does.
    `content` has the types of a Payload, by media type.
    `failures` are the named failures that it may raise beside those that follow from the rest.
    `refusal` shapes the failures of a route whose protocol has its own, as `refusal_content`
    documents them: it is given the failure, the status and the request's media type. `rejected`
    is called for a body that was refused before the view could be called.
    """

    method: str
    path: str
    name: str
    doc: str
    result: Any
    takes_call: bool
    path_types: Mapping[str, Any] = {}
    access: Access = SIGNED_IN
    api_key: bool = False
    body: Any = None
    query: Any = None
    headers: tuple[str, ...] = ()
    status: int = 200
    etag: str | None = None
    kept: bool = True
    sends: tuple[str, ...] = ()
    content: Mapping[str, Any] = {}
    failures: tuple[type[OmniError], ...] = ()
    refusal: Refusal | None = None
    rejected: Rejected | None = None
    refusal_content: Mapping[str, Any] = {}

    @property
    def is_kept_read(self) -> bool:
        """Whether it returns 304 to a client that has its result already."""
        return self.method == "GET" and self.kept

    @property
    def is_tagged(self) -> bool:
        """Whether its result has an entity tag."""
        return self.is_kept_read or self.etag is not None


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
        path_types=view.__annotations__,
        **options,
    )
    access = operation.access.on_stage(open_intake=open_intake)
    reads = (*operation.headers, *((IF_NONE_MATCH,) if operation.is_kept_read else ()))
    return msgspec.structs.replace(operation, access=access, headers=reads)


def is_struct(kind: Any) -> bool:
    """Whether `kind` is a typed body or result, not a free-form one or bytes."""
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind is not Payload
