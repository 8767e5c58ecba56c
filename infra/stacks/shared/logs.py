"""Log groups, with a retention of one month in every stage."""

import aws_cdk as cdk
from aws_cdk import aws_logs as logs
from constructs import Construct

RETENTION = logs.RetentionDays.ONE_MONTH


def add_log_group(scope: Construct, unit: str, *, name: str | None = None) -> logs.LogGroup:
    """Add a log group that is deleted with its stack."""
    return logs.LogGroup(
        scope,
        unit,
        log_group_name=name,
        retention=RETENTION,
        removal_policy=cdk.RemovalPolicy.DESTROY,
    )
