"""Retries of functions that EventBridge invokes: Lambda queues such events and tries them again.

By default twice, for up to six hours; a tick of a clock is worth neither, since the next one comes.
Chalice sets none of it.
"""

from typing import Any

RETRIES = 0
MAX_AGE_S = 60  # Lambda's least


def drop_failed_ticks(client: Any, function_name: str) -> None:
    """Let events of the function fail at once and expire; `client` is Lambda's."""
    client.put_function_event_invoke_config(
        FunctionName=function_name,
        MaximumRetryAttempts=RETRIES,
        MaximumEventAgeInSeconds=MAX_AGE_S,
    )
