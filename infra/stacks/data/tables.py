"""DynamoDB tables from the declaration: on demand, point-in-time recovery, encrypted."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.declared.kinds import Table


def add_table(
    scope: Construct, *, table: Table, removal_policy: cdk.RemovalPolicy, protected: bool
) -> dynamodb.Table:
    """Add a table with its indexes, stream and TTL; recoverable to any second of 35 days."""
    dynamodb_table = dynamodb.Table(
        scope,
        table.output,
        table_name=table.name,
        partition_key=_build_key(table.partition_key),
        sort_key=_build_key(table.sort_key) if table.sort_key else None,
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        time_to_live_attribute=table.ttl,
        stream=dynamodb.StreamViewType[table.stream_view] if table.stream_view else None,
        encryption=dynamodb.TableEncryption.AWS_MANAGED,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
        deletion_protection=protected,
        removal_policy=removal_policy,
    )
    for index in table.indexes:
        dynamodb_table.add_global_secondary_index(
            index_name=index.name,
            partition_key=_build_key(index.partition_key),
            sort_key=_build_key(index.sort_key) if index.sort_key else None,
            projection_type=dynamodb.ProjectionType[index.projection],
        )
    return dynamodb_table


def _build_key(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
