"""What a failed stack's events say, in one sentence that names what a person must do."""

import re
from collections.abc import Iterable
from typing import Any

from botocore.exceptions import ClientError

_KNOWN = (
    (
        r"account must be verified before you can add new CloudFront resources",
        "AWS has not verified this account for CloudFront: ask AWS Support to, then deploy again",
    ),
    (
        r"Unable to assume the service linked role",
        "ECS did not know its new role yet: deploy again",
    ),
    (
        r"detector already exists|already subscribed to Security Hub|AWS::SecurityHub::Hub.*exists",
        "GuardDuty or Security Hub is on in this account already: set GUARDS_ACCOUNT=0",
    ),
    (
        r"maximum number of VPCs has been reached",
        "the region has as many VPCs as it may: delete one, or request more in Service Quotas",
    ),
    (
        r"SSM parameter /cdk-bootstrap/",
        "the region is not bootstrapped: `make doctor` shows the command",
    ),
)


def explain(cloudformation: Any, stack_names: Iterable[str]) -> str | None:
    """The sentence for the first failure that is known, else AWS's own; None if none failed."""
    reasons = [reason for name in stack_names for reason in _list_reasons(cloudformation, name)]
    for reason in reasons:
        for pattern, sentence in _KNOWN:
            if re.search(pattern, reason):
                return sentence
    return reasons[0] if reasons else None


def _list_reasons(client: Any, name: str) -> list[str]:
    """Why resources failed in the last operation of a stack, the first failure first."""
    try:
        events = client.describe_stack_events(StackName=name)["StackEvents"]
    except ClientError:  # no such stack: the CDK failed before it made one
        return []
    reasons = []
    for event in events:  # the newest first
        is_stack = event.get("PhysicalResourceId") == event.get("StackId")
        if is_stack and event.get("ResourceStatusReason") == "User Initiated":
            break
        if event["ResourceStatus"].endswith("_FAILED"):
            reasons.append(event.get("ResourceStatusReason", ""))
    return [reason for reason in reversed(reasons) if "cancelled" not in reason.lower()]
