"""GuardDuty and Security Hub: one of each an account and region, so one owner alone."""

from dataclasses import replace
from typing import Any

from chalicelib.aws.failures import error_code
from infra.declared.stages import Stage
from infra.deploy.cloud import Cloud
from infra.deploy.doctor.account import has_stack
from infra.deploy.doctor.finding import Finding, note, ok

SUBJECT = "GuardDuty and Security Hub"
_IS_OFF = ("InvalidAccessException", "ResourceNotFoundException")


def check_guards(cloud: Cloud, stage: Stage) -> Finding:
    """Whom they belong to."""
    if not stage.guards_account:
        return ok(SUBJECT, "not this stage's (GUARDS_ACCOUNT)")
    others = find_guards_of_others(cloud, stage)
    if others:
        return note(SUBJECT, f"{' and '.join(others)} is on already, so the stage makes neither")
    return ok(SUBJECT, "the stage's")


def leave_to_owner(cloud: Cloud, stage: Stage) -> Stage:
    """The stage without its guards, where the account has one that is not the stage's."""
    if stage.guards_account and find_guards_of_others(cloud, stage):
        return replace(stage, guards_account=False)
    return stage


def find_guards_of_others(cloud: Cloud, stage: Stage) -> list[str]:
    """The names of the guards that are on, unless the stage's own stack made them."""
    if has_stack(cloud.client("cloudformation"), f"{stage.function_prefix}-security"):
        return []
    found = {
        "GuardDuty": bool(cloud.client("guardduty").list_detectors()["DetectorIds"]),
        "Security Hub": _is_hub_on(cloud.client("securityhub")),
    }
    return [name for name, is_on in found.items() if is_on]


def _is_hub_on(client: Any) -> bool:
    try:
        client.describe_hub()
    except client.exceptions.ClientError as error:
        if error_code(error) in _IS_OFF:
            return False
        raise
    return True
