"""A search event on its way from the API to the worker: what is sent is what is read; pure."""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib import strict_json
from chalicelib.errors import InvalidInput

SEARCH = "search"
VERSION = 1

Moment = Annotated[datetime, Meta(tz=True)]
# The bounds keep an archived line, and with ten users a report, small whatever was put in the
# queue. They hold for what is read.
_Name = Annotated[str, Meta(max_length=256)]
_User = Annotated[str, Meta(max_length=1024)]
_Version = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class SearchEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A search for `user`, as the queue carries it; `searched_by` is the id of who searched.

    `v` is the form of the event: 1 is this product's, which gives every field;
    0 is seed 000's own, of `user` and `action` alone.
    """

    user: _User
    event_id: _Name | None = None
    at: Moment | None = None
    found: bool | None = None
    request_id: _Name | None = None
    searched_by: _Name | None = None
    action: _Name = SEARCH
    v: _Version = 0


def encode(event: SearchEvent) -> str:
    """The body of the event's message."""
    return strict_json.encode(event)


def decode(body: str) -> SearchEvent:
    """The event in a message's body.

    Raises InvalidInput for anything but a JSON object with a string `user`, and for a field of
    another type than this product sends.
    """
    try:
        return _DECODER.decode(body)
    except (ValueError, OverflowError, RecursionError) as error:
        raise InvalidInput("the message is not a search event") from error


_DECODER = msgspec.json.Decoder(SearchEvent)
