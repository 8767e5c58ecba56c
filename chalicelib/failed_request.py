"""A request that failed on our side, as it is kept for operators; pure."""

from typing import Annotated

import msgspec
from msgspec import Meta

from chalicelib.times import Time


class FailedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request with a 5xx response: its route as a pattern, and who had signed in.

    `others` are failures of about the same time that are counted alone, for there were too many.
    """

    at: Time
    request_id: Annotated[str, Meta(examples=["33759f8b-698e-4d65-93e9-b4e644b50e9a"])]
    method: Annotated[str, Meta(examples=["GET"])]
    route: Annotated[str, Meta(examples=["/api/v1/records/{user_id}"])]
    status: Annotated[int, Meta(examples=[503])]
    code: Annotated[str, Meta(examples=["unavailable"])]
    user: Annotated[str, Meta(examples=["7f0a5c1e-30a1-7093-4d2c-6c1d2f0e9b11"])] | None = None
    others: int = 0
