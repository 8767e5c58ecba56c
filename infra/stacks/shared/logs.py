"""Log groups: one month, on every stage."""

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from constructs import Construct

RETENTION = logs.RetentionDays.ONE_MONTH


def month_of_logs(scope: Construct, unit: str, *, name: str | None = None) -> logs.LogGroup:
    """A log group whose lines go after a month, and which goes with its stack."""
    return logs.LogGroup(
        scope,
        unit,
        log_group_name=name,
        retention=RETENTION,
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
