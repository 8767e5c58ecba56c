"""The state of a part of a response that may fail by itself; pure."""

import msgspec

from chalicelib.times import Time


class PartProblem(msgspec.Struct, frozen=True):
    """Why a part of a response is missing: a stable code, and a sentence."""

    code: str
    message: str


class PartState(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a response: as of when, and whether it is whole; `problem` says why it is not."""

    as_of: Time
    complete: bool
    problem: PartProblem | None = None
