"""Waits for a function that Lambda is changing: it rejects the next change before."""

from typing import Any

_WAIT = {"Delay": 1, "MaxAttempts": 120}


def wait_until_updated(client: Any, name: str) -> None:
    """Until Lambda has made the last change; raises botocore's WaiterError after two minutes."""
    client.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig=_WAIT)
