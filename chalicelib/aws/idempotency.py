"""Creates under an Idempotency-Key: the marker names what was created, and is written with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

import msgspec

from chalicelib.aws.state import State
from chalicelib.aws.transactions import Put
from chalicelib.errors import Conflict, Unavailable
from chalicelib.fingerprint import fingerprint

Created = TypeVar("Created")
WriteWith = Callable[[list[Put]], bool]  # in one transaction with these; False if it was refused


class CreateRequest(NamedTuple):
    """Who creates what; without a `key` no marker is written, and each request creates another."""

    caller: str
    key: str | None
    digest: str

    @classmethod
    def of(cls, caller: str, key: str | None, body: msgspec.Struct) -> "CreateRequest":
        """The request of a body."""
        return cls(caller, key, fingerprint(msgspec.to_builtins(body)))


@dataclass(frozen=True, slots=True)
class IdempotentCreate(Generic[Created]):
    """The creates of one `scope`, such as `messages`; `load` gives what was created by its id."""

    state: State
    scope: str
    load: Callable[[str], Created | None]

    def find(self, request: CreateRequest) -> Created | None:
        """What the request's key created before; None for a new key, and without one.

        Raises Conflict when the key was used with another body, or what it created is deleted.
        """
        if request.key is None:
            return None
        ref = self.state.find_ref(request.caller, self.scope, request.key, request.digest)
        if ref is None:
            return None
        created = self.load(ref)
        if created is None:
            raise Conflict("what this Idempotency-Key created was deleted: use another key")
        return created

    def write(self, request: CreateRequest, ref: str, write_with: WriteWith) -> Created | None:
        """Write what has the id `ref`, together with the marker.

        Returns None when it was written now, else what exists already: that of an equal request at
        the same time, or this one's own whose response was lost. Raises Conflict as `find` does,
        Unavailable when nothing was written.
        """
        if write_with(self._list_markers(request, ref)):
            return None
        existing = self.find(request) or self.load(ref)
        if existing is None:
            raise Unavailable("nothing was stored; try again")
        return existing

    def _list_markers(self, request: CreateRequest, ref: str) -> list[Put]:
        if request.key is None:
            return []
        caller, key, digest = request.caller, request.key, request.digest
        return [self.state.idempotency_put(caller, self.scope, key, digest, ref=ref)]
