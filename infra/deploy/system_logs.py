"""From which level on Lambda writes lines of its own beside a function's.

Lambda knows levels in the format JSON alone. What a function writes itself is not changed by it: a
line that is JSON stays as it is. The level of those stays INFO, for Lambda takes lines without a
`timestamp`, as ours and those of its runtime's errors are, for INFO and would leave them out above.
"""

from typing import Any

from infra.declared.stages import SYSTEM_INFO, SYSTEM_WARN
from infra.deploy.function_updates import wait_until_updated

LOGGING = {
    SYSTEM_INFO: {"LogFormat": "Text"},  # Lambda's default: three lines an invocation
    SYSTEM_WARN: {
        "LogFormat": "JSON",
        "ApplicationLogLevel": "INFO",
        "SystemLogLevel": SYSTEM_WARN,
    },
}


def set_system_log_level(client: Any, function_name: str, level: str) -> bool:
    """Set the function's level, one of LOGGING; return False if it has it.

    `client` is Lambda's.
    """
    wanted = LOGGING[level]
    found = client.get_function_configuration(FunctionName=function_name).get("LoggingConfig", {})
    if wanted.items() <= found.items():
        return False
    wait_until_updated(client, function_name)
    client.update_function_configuration(FunctionName=function_name, LoggingConfig=wanted)
    wait_until_updated(client, function_name)
    return True
