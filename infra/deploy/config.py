"""What Chalice's configuration says of a stage and its functions."""

from pathlib import Path
from typing import Any

from infra.declared.function_kinds import Function

ROOT = Path(__file__).parents[2]
LOG_RETENTION_DAYS = 30  # seed 002: one month

Document = dict[str, Any]


def policy_file(stage: str, function: str) -> str:
    """The name of a policy file below `.chalice`."""
    return f"policy-{stage}-{function}.json"


def function_settings(function: Function, stage: str) -> Document:
    """A function's part of the configuration."""
    settings: Document = {
        "lambda_memory_size": function.memory_mb,
        "lambda_timeout": function.timeout_s,
        "iam_policy_file": policy_file(stage, function.chalice_name),
    }
    if function.reserved_concurrency is not None:
        settings["reserved_concurrency"] = function.reserved_concurrency
    if function.handler is not None:
        # Chalice names the API's own log group wrongly, and `chalice package` fails on it
        # (aws/chalice#2079): that one is left to the finishing step.
        settings["log_retention_in_days"] = LOG_RETENTION_DAYS
    return settings
