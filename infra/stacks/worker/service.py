"""The archive worker as a Fargate service, with no tasks while its queue is empty."""

from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from infra.stacks.shared.network import TaskNetwork

STOP_TIMEOUT_S = 30  # the worker flushes within 25 s of SIGTERM; Spot warns 120 s before
# It touches a file while polling works.
HEALTH_COMMAND = ("python", "-m", "worker.health")


def add_service(  # noqa: PLR0913 keyword-only: the parts of a service
    scope: Construct,
    unit: str,
    *,
    name: str,
    cluster: ecs.ICluster,
    task: ecs.FargateTaskDefinition,
    network: TaskNetwork,
) -> ecs.FargateService:
    """Add the service on Spot, with no task at first: the image may not exist yet."""
    service = ecs.FargateService(
        scope,
        unit,
        service_name=name,
        cluster=cluster,
        task_definition=task,
        desired_count=0,
        assign_public_ip=True,  # seed 000: critical for reaching SQS
        vpc_subnets=ec2.SubnetSelection(subnet_type=ec2.SubnetType.PUBLIC),
        security_groups=[network.security_group],
        capacity_provider_strategies=[
            ecs.CapacityProviderStrategy(capacity_provider="FARGATE_SPOT", weight=1)
        ],
        circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True),
        min_healthy_percent=100,
        max_healthy_percent=200,
        platform_version=ecs.FargatePlatformVersion.VERSION1_4,
        propagate_tags=ecs.PropagatedTagSource.SERVICE,
        enable_execute_command=False,
    )
    # Deleted after the service: ECS rejects it while the capacity provider is in use.
    service.node.add_dependency(cluster)
    return service
