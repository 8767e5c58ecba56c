"""The context object that Lambda passes to a handler."""

import time
import uuid
from dataclasses import dataclass, field

from infra.local.config import ACCOUNT, REGION

TIMEOUT_S = 60.0  # Chalice's default for a function


@dataclass(frozen=True)
class LambdaContext:
    """The context of one invocation of `function_name`."""

    function_name: str
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    function_version: str = "$LATEST"
    memory_limit_in_mb: int = 128
    region: str = REGION
    account: str = ACCOUNT
    deadline_monotonic_s: float = field(default_factory=lambda: time.monotonic() + TIMEOUT_S)

    @property
    def invoked_function_arn(self) -> str:
        """The ARN of the function."""
        return f"arn:aws:lambda:{self.region}:{self.account}:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would time the invocation out."""
        return max(0, int((self.deadline_monotonic_s - time.monotonic()) * 1000))
