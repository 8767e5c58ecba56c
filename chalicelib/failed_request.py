"""A request that failed on our side, as it is kept for operators; pure."""

import msgspec


class FailedRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request with a 5xx response: its route as a pattern, and who had signed in.

    `others` is how many failures of its process before it were not kept, for there were too many.
    """

    at: str
    request_id: str
    method: str
    route: str
    status: int
    code: str
    user: str | None = None
    others: int = 0
