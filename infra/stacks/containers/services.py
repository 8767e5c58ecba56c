"""The two services: the API behind the load balancer, and the event sources with the schedule."""

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

CPU_PERCENT = 60
MAX_PERCENT = 200


def add_service(  # noqa: PLR0913 keyword-only: the parts of a service
    scope: Construct,
    unit: str,
    *,
    name: str,
    cluster: ecs.Cluster,
    task: ecs.FargateTaskDefinition,
    security_group: ec2.ISecurityGroup,
    tasks: int,
    max_tasks: int,
) -> ecs.FargateService:
    """A service of at least `tasks`; new ones run before old ones end, a failure rolls back."""
    service = ecs.FargateService(
        scope,
        unit,
        service_name=name,
        cluster=cluster,
        task_definition=task,
        desired_count=tasks,
        assign_public_ip=True,  # without a NAT gateway it is the way to AWS and to the channels
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
        security_groups=[security_group],
        circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
        min_healthy_percent=100,
        max_healthy_percent=MAX_PERCENT,
        platform_version=ecs.FargatePlatformVersion.VERSION1_4,
        propagate_tags=ecs.PropagatedTagSource.SERVICE,
        enable_execute_command=False,
    )
    service.node.add_dependency(cluster)
    scaling = service.auto_scale_task_count(min_capacity=tasks, max_capacity=max_tasks)
    scaling.scale_on_cpu_utilization(
        "Cpu",
        target_utilization_percent=CPU_PERCENT,
        scale_in_cooldown=cdk.Duration.minutes(5),
        scale_out_cooldown=cdk.Duration.minutes(1),
    )
    return service
