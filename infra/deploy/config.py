"""What Chalice's configuration says of a stage and its functions."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from infra.declared.access import TENANT_READER_OUTPUT
from infra.declared.functions import Function
from infra.declared.kinds import Resources
from infra.deploy.policies import Place

ROOT = Path(__file__).parents[2]
LOG_RETENTION_DAYS = 30  # seed 002: one month

Document = dict[str, Any]


class MissingOutput(Exception):
    """The CDK outputs of a stage lack a name; the text says which and what to do."""


def variables(declared: Resources, place: Place, outputs: Mapping[str, str]) -> dict[str, str]:
    """The environment by which a stage's functions are told their resources.

    `PARTIAL_BATCH_RESPONSES` is not among them on purpose: only the finishing step may say so,
    after it has seen the flag on the mapping, and every deployment takes it back first.
    Raises MissingOutput.
    """
    pool = output(outputs, "UserPoolId")
    return {
        **{each.variable: output(outputs, each.output) for each in declared.with_outputs},
        **{
            each.stream_variable: output(outputs, each.stream_output)
            for each in declared.tables
            if each.stream_view
        },
        **{each.variable: each.name for each in declared.secrets},
        "USER_POOL_ARN": place.arn("cognito-idp", f"userpool/{pool}"),
        "TENANT_READER_ROLE_ARN": output(outputs, TENANT_READER_OUTPUT),
    }


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


def output(outputs: Mapping[str, str], name: str) -> str:
    """One of the stacks' outputs; raises MissingOutput."""
    if not outputs.get(name):
        raise MissingOutput(f"the stacks have no output {name}; deploy them before the functions")
    return outputs[name]
