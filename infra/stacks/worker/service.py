"""The archive worker as a Fargate service, with no tasks while its queue is empty."""

from collections.abc import Mapping

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.declared.stage_parts import WorkerSize
from infra.stacks.shared.base import accept
from infra.stacks.worker.network import WorkerNetwork

STOP_TIMEOUT_S = 30  # the worker flushes within 25 s of SIGTERM; Spot warns 120 s before
SCRATCH_MIB = 16


def add_task_definition(  # noqa: PLR0913 keyword-only: the parts of a task
    scope: Construct,
    unit: str,
    *,
    family: str,
    size: WorkerSize,
    repository: ecr.IRepository,
    log_group: logs.ILogGroup,
    task_role: iam.IRole,
    execution_role: iam.IRole,
    variables: Mapping[str, str],
) -> ecs.FargateTaskDefinition:
    """Add a task with one container on arm64, which costs 20 % less; read-only root file system."""
    task = ecs.FargateTaskDefinition(
        scope,
        unit,
        family=family,
        cpu=size.cpu,
        memory_limit_mib=size.memory_mib,
        task_role=task_role,
        execution_role=execution_role,
        runtime_platform=ecs.RuntimePlatform(
            cpu_architecture=ecs.CpuArchitecture.ARM64,
            operating_system_family=ecs.OperatingSystemFamily.LINUX,
        ),
    )
    task.add_container(
        "worker",
        container_name="worker",
        image=ecs.ContainerImage.from_ecr_repository(repository, size.image_tag),
        environment=dict(variables),
        logging=ecs.LogDrivers.aws_logs(stream_prefix="worker", log_group=log_group),
        stop_timeout=cdk.Duration.seconds(STOP_TIMEOUT_S),
        health_check=_build_health_check(),
        readonly_root_filesystem=True,
        linux_parameters=_add_scratch_space(task),
    )
    accept(task, {"AwsSolutions-ECS2": "The variables are names and URLs; there is no secret."})
    return task


def add_service(  # noqa: PLR0913 keyword-only: the parts of a service
    scope: Construct,
    unit: str,
    *,
    name: str,
    cluster: ecs.ICluster,
    task: ecs.FargateTaskDefinition,
    network: WorkerNetwork,
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


def _build_health_check() -> ecs.HealthCheck:
    """The worker touches a file while polling works; ECS replaces a task after 3 failed checks."""
    return ecs.HealthCheck(
        command=["CMD", "python", "-m", "worker.health"],
        interval=cdk.Duration.seconds(30),
        timeout=cdk.Duration.seconds(5),
        retries=3,
        start_period=cdk.Duration.seconds(60),
    )


def _add_scratch_space(task: ecs.FargateTaskDefinition) -> ecs.LinuxParameters:
    """Add a small /tmp in memory for the health file, the only writable path."""
    linux = ecs.LinuxParameters(task, "Linux", init_process_enabled=False)
    linux.add_tmpfs(ecs.Tmpfs(container_path="/tmp", size=SCRATCH_MIB))  # noqa: S108 the container's own
    linux.drop_capabilities(ecs.Capability.ALL)
    return linux
