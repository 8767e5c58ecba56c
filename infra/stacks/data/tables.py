"""A declared table as DynamoDB resources: on demand, restorable, encrypted."""

import aws_cdk as cdk
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.declared.kinds import Table


def declared_table(
    scope: Construct, *, table: Table, removal_policy: cdk.RemovalPolicy
) -> dynamodb.Table:
    """The table with its indexes, stream and expiry; restorable to any second of a month."""
    made = dynamodb.Table(
        scope,
        table.output,
        table_name=table.name,
        partition_key=_key(table.partition_key),
        sort_key=_key(table.sort_key) if table.sort_key else None,
        billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
        time_to_live_attribute=table.ttl,
        stream=dynamodb.StreamViewType[table.stream_view] if table.stream_view else None,
        encryption=dynamodb.TableEncryption.AWS_MANAGED,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
        deletion_protection=removal_policy == cdk.RemovalPolicy.RETAIN,
        removal_policy=removal_policy,
    )
    for index in table.indexes:
        made.add_global_secondary_index(
            index_name=index.name,
            partition_key=_key(index.partition_key),
            sort_key=_key(index.sort_key) if index.sort_key else None,
        )
    return made


def _key(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
