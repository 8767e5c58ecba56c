"""What an id is of."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.ids import Id
from chalicelib.times import Time
from chalicelib.web.part_state import PartState


class LookupKind(StrEnum):
    """What an id may be of."""

    RECORD = "record"
    ORDER = "order"
    MESSAGE = "message"
    LOG = "log"
    JOB = "job"
    DEAD_LETTER = "dead_letter"
    FAILED_REQUEST = "failed_request"
    REQUEST = "request"


class LookupQuery(msgspec.Struct, frozen=True):
    """The id to look up."""

    id: Annotated[Id, Meta(examples=["33759f8b-698e-4d65-93e9-b4e644b50e9a"])]


class LookupMatch(msgspec.Struct, frozen=True, kw_only=True):
    """Something that the id is of, or that the request of that id made.

    `at` is when it was made, or changed last; `href` is the route that shows it.
    """

    kind: LookupKind
    id: Annotated[str, Meta(examples=["0249d0d57e16d623bc39a093a2bbb877"])]
    href: Annotated[str, Meta(examples=["/orders/0249d0d57e16d623bc39a093a2bbb877"])]
    at: Time | None
    status: Annotated[str, Meta(examples=["notified"])] | None
    by_request: bool = False


class LookupCheck(PartState, frozen=True, kw_only=True):
    """A kind of thing that was searched."""

    kind: LookupKind


class LookupResult(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the id is of and the caller may see, and the kinds that were searched.

    Not searched is what the caller may not see: another's things are not found.
    """

    id: str
    complete: bool
    found: list[LookupMatch]
    looked: list[LookupCheck]
