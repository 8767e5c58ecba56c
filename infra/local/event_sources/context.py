"""The second argument of a handler, as Lambda makes it for each invocation."""

import time
import uuid
from dataclasses import dataclass, field

from infra.local.config import ACCOUNT, REGION

TIMEOUT_S = 60.0  # Chalice's default for a function


@dataclass(frozen=True)
class LambdaContext:
    """One invocation of the function `function_name`."""

    function_name: str
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = 128
    deadline: float = field(default_factory=lambda: time.monotonic() + TIMEOUT_S)

    @property
    def invoked_function_arn(self) -> str:
        """The function as callers name it."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would end the invocation."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))
