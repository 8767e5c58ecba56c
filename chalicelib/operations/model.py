"""What the system says about itself; pure."""

import msgspec


class Health(msgspec.Struct, frozen=True):
    """That the function answers, on which stage and at which version."""

    status: str
    stage: str
    version: str
