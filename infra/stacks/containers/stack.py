"""The containers stack: the app on Fargate behind a load balancer that CloudFront alone reaches."""

from collections.abc import Sequence
from typing import Any

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_ecs as ecs
from constructs import Construct

from infra.declared import containers
from infra.declared.function_kinds import Function
from infra.declared.kinds import Resources
from infra.declared.stages import Stage
from infra.deploy.container_rights import list_api_rights, list_event_rights
from infra.deploy.policies import Place, resource_arns
from infra.deploy.project import read_model
from infra.stacks.containers.balancer import DEREGISTRATION_S, NETWORK, Balancer
from infra.stacks.containers.rights import add_task_role
from infra.stacks.containers.services import add_service
from infra.stacks.containers.variables import build_outputs, build_variables, import_output
from infra.stacks.shared.base import StageStack
from infra.stacks.shared.logs import add_log_group
from infra.stacks.shared.network import HTTPS, TaskNetwork
from infra.stacks.shared.tasks import add_cluster, add_execution_role, add_task_definition
from infra.stacks.shared.watched import WatchedContainers

STOP_TIMEOUT_S = 120  # Fargate's most
STOP_BUDGET_S = 100  # for what runs, after the API has drained
PROXY_HOPS = 2  # CloudFront and the load balancer


class ContainersStack(StageStack):
    """Nothing here is imported by reference, so that the stack can be deleted before the others."""

    def __init__(
        self,
        scope: Construct,
        *,
        stage: Stage,
        declared: Resources,
        functions: Sequence[Function],
        console_origin: str,
    ) -> None:
        super().__init__(scope, "containers", stage=stage)
        self.termination_protection = False  # it holds no data, and a stage may leave it
        self._outputs = build_outputs(stage, declared)
        self._variables = build_variables(
            stage, declared, self._outputs, console_origin=console_origin
        )
        self._named: dict[str, Any] = {
            "place": self._place,
            "arns": resource_arns(declared, self._place, self._outputs),
            "model_id": read_model(self._variables),
        }
        self._repository = ecr.Repository.from_repository_name(
            self, "Repository", stage.physical(containers.REPOSITORY)
        )
        network = TaskNetwork(
            self, "Network", description="The event sources: HTTPS out, nothing in", isolated=True
        )
        self._cluster = add_cluster(self, name=stage.physical(containers.CLUSTER), vpc=network.vpc)
        self.balancer = Balancer(
            self,
            "Front",
            name=stage.physical(containers.API_SERVICE),
            vpc=network.vpc,
            domain=stage.api_domain,
        )
        self._add_api(functions, declared, network.vpc)
        self._add_events(functions, network.security_group)
        self.add_output(containers.ORIGIN_ID_OUTPUT, self.balancer.origin_id)
        self.add_output(containers.ORIGIN_HOST_OUTPUT, self.balancer.host)
        self.add_output("ContainersBalancer", self.balancer.balancer.load_balancer_dns_name)

    @property
    def watched(self) -> WatchedContainers:
        """What there is to watch."""
        return WatchedContainers(
            balancer=self.balancer.balancer.load_balancer_full_name,
            targets=self._targets.target_group_full_name,
            cluster=self.stage.physical(containers.CLUSTER),
            events_service=self.stage.physical(containers.EVENTS_SERVICE),
        )

    @property
    def _place(self) -> Place:
        return Place(cdk.Aws.ACCOUNT_ID, self.stage.region, cdk.Aws.PARTITION)

    def _add_api(self, functions: Sequence[Function], declared: Resources, vpc: ec2.IVpc) -> None:
        group = ec2.SecurityGroup(
            self,
            "FromBalancer",
            vpc=vpc,
            allow_all_outbound=False,
            description="The API: in from the load balancer, HTTPS out",
        )
        group.add_egress_rule(ec2.Peer.any_ipv4(), ec2.Port.tcp(HTTPS), "AWS and the channels")
        statements = list_api_rights(functions, **self._named)
        plan = self.stage.physical(declared.usage_plan.name)
        task = self._add_task(
            "Api",
            name=containers.API_SERVICE,
            role=containers.API_ROLE,
            statements=statements,
            variables={
                "USER_POOL_CLIENT_ID": import_output(self.stage, "UserPoolClientId"),
                "USAGE_PLAN": plan,
                "PROXY_NETWORKS": NETWORK,
                "PROXY_HOPS": str(PROXY_HOPS),
                "DRAIN_S": str(DEREGISTRATION_S),
            },
            command=list(containers.API_COMMAND),
            health_command=containers.API_HEALTH_COMMAND,
            port_mappings=[ecs.PortMapping(container_port=containers.PORT)],
        )
        service = self._add_service("ApiService", containers.API_SERVICE, task, group)
        self._targets = self.balancer.forward_to(service)

    def _add_events(self, functions: Sequence[Function], group: ec2.ISecurityGroup) -> None:
        task = self._add_task(
            "Events",
            name=containers.EVENTS_SERVICE,
            role=containers.EVENTS_ROLE,
            statements=list_event_rights(functions, **self._named),
            variables={},
            command=list(containers.EVENTS_COMMAND),
            health_command=containers.EVENTS_HEALTH_COMMAND,
        )
        self._add_service("EventsService", containers.EVENTS_SERVICE, task, group)

    def _add_service(
        self,
        unit: str,
        name: str,
        task: ecs.FargateTaskDefinition,
        group: ec2.ISecurityGroup,
    ) -> ecs.FargateService:
        size = self.stage.containers
        return add_service(
            self,
            unit,
            name=self.stage.physical(name),
            cluster=self._cluster,
            task=task,
            security_group=group,
            tasks=size.min_apis if name == containers.API_SERVICE else 1,
            max_tasks=size.max_tasks,
        )

    def _add_task(
        self,
        unit: str,
        *,
        name: str,
        role: str,
        statements: list[dict[str, Any]],
        variables: dict[str, str],
        **options: Any,
    ) -> ecs.FargateTaskDefinition:
        stage, size = self.stage, self.stage.containers
        log_group = add_log_group(
            self, f"{unit}Logs", name=f"/ecs/{stage.function_prefix}-{unit.lower()}"
        )
        return add_task_definition(
            self,
            f"{unit}Task",
            family=stage.physical(name),
            container=unit.lower(),
            cpu=size.cpu,
            memory_mib=size.memory_mib,
            image=ecs.ContainerImage.from_ecr_repository(self._repository, size.image_tag),
            log_group=log_group,
            task_role=add_task_role(
                self, f"{unit}Role", name=stage.physical(role), statements=statements
            ),
            execution_role=add_execution_role(
                self, f"{unit}ExecutionRole", repository=self._repository, log_group=log_group
            ),
            variables={**self._variables, "STOP_BUDGET_S": str(STOP_BUDGET_S), **variables},
            stop_timeout_s=STOP_TIMEOUT_S,
            **options,
        )
