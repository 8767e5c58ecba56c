"""The worker stack: image repository, network, cluster and the archive worker's service."""

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.declared.stages import Stage
from infra.stacks.shared.base import StageStack, accept, removal
from infra.stacks.shared.logs import month_of_logs
from infra.stacks.worker.network import WorkerNetwork
from infra.stacks.worker.repository import worker_repository
from infra.stacks.worker.roles import execution_role, task_role
from infra.stacks.worker.scaling import scale_on_depth
from infra.stacks.worker.service import service, task_definition


class WorkerStack(StageStack):
    """Seed 000, phase 7: from the queue `OmniQueue` into the archive."""

    def __init__(
        self,
        scope: Construct,
        *,
        stage: Stage,
        queue: sqs.IQueue,
        archive_name: str,
        state: dynamodb.ITable,
    ) -> None:
        super().__init__(scope, "worker", stage=stage)
        self.repository = worker_repository(
            self,
            "Repository",
            name=stage.physical("omni-worker-repo"),
            removal_policy=removal(stage),
        )
        log_group = month_of_logs(self, "Logs", name=f"/ecs/{stage.function_prefix}-worker")
        task = task_definition(
            self,
            "Task",
            family=stage.physical("omni-worker"),
            size=stage.worker,
            repository=self.repository,
            log_group=log_group,
            task_role=task_role(
                self,
                "TaskRole",
                name=stage.physical("OmniWorkerTaskRole"),
                queue=queue,
                archive_name=archive_name,
                state=state,
            ),
            execution_role=execution_role(
                self, "ExecutionRole", repository=self.repository, log_group=log_group
            ),
            variables=_variables(stage, queue, archive_name, state),
        )
        network = WorkerNetwork(self, "Network")
        cluster = _cluster(self, stage, network)
        made = service(
            self,
            "Service",
            name=stage.physical("omni-worker"),
            cluster=cluster,
            task=task,
            network=network,
        )
        scale_on_depth(made, queue=queue, max_tasks=stage.worker.max_tasks)
        self.output("WorkerRepositoryUri", self.repository.repository_uri)
        self.output("WorkerCluster", cluster.cluster_name)
        self.output("WorkerService", made.service_name)


def _cluster(scope: Construct, stage: Stage, network: WorkerNetwork) -> ecs.Cluster:
    cluster = ecs.Cluster(
        scope,
        "Cluster",
        cluster_name=stage.physical("OmniCluster"),
        vpc=network.vpc,
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


def _variables(
    stage: Stage, queue: sqs.IQueue, archive_name: str, state: dynamodb.ITable
) -> dict[str, str]:
    """Seed 000's own names for the queue and the bucket; the worker takes both spellings."""
    return {
        "STAGE": stage.name,
        "AWS_REGION": stage.region,
        "SQS_URL": queue.queue_url,
        "BUCKET_NAME": archive_name,
        "STATE_TABLE": state.table_name,
    }
