"""When Lambda may give a function another version of its runtime, and of botocore with it.

By default whenever AWS has one, between two deployments; botocore is no part of the package. With
FunctionUpdate it comes with a deployment alone, which is watched and can be rolled back.
"""

from typing import Any

UPDATE_ON = "FunctionUpdate"


def update_with_deployments(client: Any, function_name: str) -> None:
    """Let the function keep its runtime until the next deployment; `client` is Lambda's."""
    client.put_runtime_management_config(FunctionName=function_name, UpdateRuntimeOn=UPDATE_ON)
