"""Tasks on Fargate: cluster, execution role, and a task of one container."""

from collections.abc import Mapping, Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.stacks.shared.base import accept

TASKS = "ecs-tasks.amazonaws.com"
SCRATCH_MIB = 16


def add_cluster(scope: Construct, *, name: str, vpc: ec2.IVpc) -> ecs.Cluster:
    """Add a cluster without Container Insights."""
    cluster = ecs.Cluster(
        scope,
        "Cluster",
        cluster_name=name,
        vpc=vpc,
        enable_fargate_capacity_providers=True,
    )
    accept(
        cluster,
        {
            "AwsSolutions-ECS4": "Container Insights costs more than the worker itself; queue age, "
            "the worker's heartbeat and its logs are watched instead."
        },
    )
    return cluster


def add_execution_role(
    scope: Construct, unit: str, *, repository: ecr.IRepository, log_group: logs.ILogGroup
) -> iam.Role:
    """A role that pulls this image and writes to this log group."""
    role = iam.Role(scope, unit, assumed_by=iam.ServicePrincipal(TASKS))
    repository.grant_pull(role)
    log_group.grant_write(role)
    accept(role, {"AwsSolutions-IAM5[Resource::*]": "ecr:GetAuthorizationToken takes no resource."})
    return role


def add_task_definition(  # noqa: PLR0913 keyword-only: the parts of a task
    scope: Construct,
    unit: str,
    *,
    family: str,
    container: str,
    cpu: int,
    memory_mib: int,
    image: ecs.ContainerImage,
    log_group: logs.ILogGroup,
    task_role: iam.IRole,
    execution_role: iam.IRole,
    variables: Mapping[str, str],
    stop_timeout_s: int,
    health_command: Sequence[str],
    **options: Any,
) -> ecs.FargateTaskDefinition:
    """Add a task with one container on arm64, which costs 20 % less; read-only root file system.

    `options` are the container's own: its command, its ports.
    """
    task = ecs.FargateTaskDefinition(
        scope,
        unit,
        family=family,
        cpu=cpu,
        memory_limit_mib=memory_mib,
        task_role=task_role,
        execution_role=execution_role,
        runtime_platform=ecs.RuntimePlatform(
            cpu_architecture=ecs.CpuArchitecture.ARM64,
            operating_system_family=ecs.OperatingSystemFamily.LINUX,
        ),
    )
    task.add_container(
        container,
        container_name=container,
        image=image,
        environment=dict(variables),
        logging=ecs.LogDrivers.aws_logs(stream_prefix=container, log_group=log_group),
        stop_timeout=cdk.Duration.seconds(stop_timeout_s),
        health_check=_build_health_check(health_command),
        readonly_root_filesystem=True,
        linux_parameters=_add_scratch_space(task),
        **options,
    )
    accept(task, {"AwsSolutions-ECS2": "The variables are names and URLs; there is no secret."})
    return task


def _build_health_check(command: Sequence[str]) -> ecs.HealthCheck:
    """ECS replaces a task after 3 failed checks."""
    return ecs.HealthCheck(
        command=["CMD", *command],
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
