"""DynamoDB tables from the declaration: point-in-time recovery, encrypted.

They are on demand, unless the stage provisions their capacity, which then follows what is used.
"""

from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.declared.kinds import Table
from infra.declared.stage_parts import UTILIZATION, Capacity
from infra.declared.stages import Stage
from infra.stacks.shared.base import choose_removal_policy


def add_table(scope: Construct, *, table: Table, stage: Stage) -> dynamodb.Table:
    """Add a table with its indexes, stream and TTL; recoverable to any second of 35 days."""
    first = stage.capacity.minimum if stage.capacity else None
    dynamodb_table = dynamodb.Table(
        scope,
        table.output,
        table_name=table.name,
        partition_key=_build_key(table.partition_key),
        sort_key=_build_key(table.sort_key) if table.sort_key else None,
        billing_mode=_find_billing_mode(stage.capacity),
        read_capacity=first,
        write_capacity=first,
        table_class=_find_class(table, stage),
        time_to_live_attribute=table.ttl,
        stream=dynamodb.StreamViewType[table.stream_view] if table.stream_view else None,
        encryption=dynamodb.TableEncryption.AWS_MANAGED,
        point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
            point_in_time_recovery_enabled=True
        ),
        deletion_protection=stage.protects_data,
        removal_policy=choose_removal_policy(stage),
    )
    for index in table.indexes:
        dynamodb_table.add_global_secondary_index(
            index_name=index.name,
            partition_key=_build_key(index.partition_key),
            sort_key=_build_key(index.sort_key) if index.sort_key else None,
            projection_type=dynamodb.ProjectionType[index.projection],
            read_capacity=first,
            write_capacity=first,
        )
    if stage.capacity:
        _scale(dynamodb_table, [index.name for index in table.indexes], stage.capacity)
    return dynamodb_table


def _build_key(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def _find_billing_mode(capacity: Capacity | None) -> dynamodb.BillingMode:
    mode = dynamodb.BillingMode
    return mode.PROVISIONED if capacity else mode.PAY_PER_REQUEST


def _find_class(table: Table, stage: Stage) -> dynamodb.TableClass | None:
    """Items without end are mostly old, and old ones are rarely read."""
    is_endless = table.ttl is None
    return (
        dynamodb.TableClass.STANDARD_INFREQUENT_ACCESS if stage.rarely_read and is_endless else None
    )


def _scale(table: dynamodb.Table, indexes: list[str], capacity: Capacity) -> None:
    """Let the units of the table and of each index follow what is used."""
    span = {"min_capacity": capacity.minimum, "max_capacity": capacity.maximum}
    attributes = [
        table.auto_scale_read_capacity(**span),
        table.auto_scale_write_capacity(**span),
        *(table.auto_scale_global_secondary_index_read_capacity(name, **span) for name in indexes),
        *(table.auto_scale_global_secondary_index_write_capacity(name, **span) for name in indexes),
    ]
    for attribute in attributes:
        attribute.scale_on_utilization(target_utilization_percent=UTILIZATION)
