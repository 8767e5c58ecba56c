"""The worker stack: image repository, network, cluster and the archive worker's service."""

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_ecs as ecs
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.declared.stages import Stage
from infra.stacks.shared.base import StageStack, choose_removal_policy
from infra.stacks.shared.logs import add_log_group
from infra.stacks.shared.network import TaskNetwork
from infra.stacks.shared.repository import add_repository
from infra.stacks.shared.tasks import add_cluster, add_execution_role, add_task_definition
from infra.stacks.worker.roles import add_task_role
from infra.stacks.worker.scaling import scale_on_depth
from infra.stacks.worker.service import HEALTH_COMMAND, STOP_TIMEOUT_S, add_service


class WorkerStack(StageStack):
    """Seed 000, phase 7: the worker reads `OmniQueue` and writes the archive."""

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
        self.repository = add_repository(
            self,
            "Repository",
            name=stage.physical("omni-worker-repo"),
            removal_policy=choose_removal_policy(stage),
        )
        task = self._add_task(queue=queue, archive_name=archive_name, state=state)
        network = TaskNetwork(
            self, "Network", description="The archive worker: HTTPS out, nothing in"
        )
        cluster = add_cluster(self, name=stage.physical("OmniCluster"), vpc=network.vpc)
        service = add_service(
            self,
            "Service",
            name=stage.physical("omni-worker"),
            cluster=cluster,
            task=task,
            network=network,
        )
        scale_on_depth(service, queue=queue, max_tasks=stage.worker.max_tasks)
        self.add_output("WorkerRepositoryUri", self.repository.repository_uri)
        self.add_output("WorkerCluster", cluster.cluster_name)
        self.add_output("WorkerService", service.service_name)

    def _add_task(
        self, *, queue: sqs.IQueue, archive_name: str, state: dynamodb.ITable
    ) -> ecs.FargateTaskDefinition:
        stage = self.stage
        log_group = add_log_group(self, "Logs", name=f"/ecs/{stage.function_prefix}-worker")
        task_role = add_task_role(
            self,
            "TaskRole",
            name=stage.physical("OmniWorkerTaskRole"),
            queue=queue,
            archive_name=archive_name,
            state=state,
        )
        return add_task_definition(
            self,
            "Task",
            family=stage.physical("omni-worker"),
            container="worker",
            cpu=stage.worker.cpu,
            memory_mib=stage.worker.memory_mib,
            image=ecs.ContainerImage.from_ecr_repository(self.repository, stage.worker.image_tag),
            log_group=log_group,
            task_role=task_role,
            execution_role=add_execution_role(
                self, "ExecutionRole", repository=self.repository, log_group=log_group
            ),
            variables=_build_variables(stage, queue, archive_name, state),
            stop_timeout_s=STOP_TIMEOUT_S,
            health_command=HEALTH_COMMAND,
        )


def _build_variables(
    stage: Stage, queue: sqs.IQueue, archive_name: str, state: dynamodb.ITable
) -> dict[str, str]:
    """The container's environment; the worker accepts seed 000's names for queue and bucket too."""
    return {
        "STAGE": stage.name,
        "AWS_REGION": stage.region,
        "SQS_URL": queue.queue_url,
        "BUCKET_NAME": archive_name,
        "STATE_TABLE": state.table_name,
    }
