"""Each step of a deployment; flow.py gives their order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from infra.declared.access import ECS_ROLE
from infra.deploy import adoption, chalice_cli, console, finishing, preflight, stack_failures
from infra.deploy.boundaries import bound_existing_roles
from infra.deploy.cdk import CdkFailed
from infra.deploy.containers import ContainerSteps
from infra.deploy.deployed_stage import DeployedStage
from infra.deploy.doctor.examination import Examination
from infra.deploy.doctor.place import require_place
from infra.deploy.finishing import Deployment
from infra.deploy.package import Package
from infra.deploy.policies import resource_arns
from infra.deploy.wheels import AWS, Target

ON_REQUEST = ("pipeline",)
ENDPOINT = "api_endpoint"  # seed 004's output; CloudFormation allows no underscore

Say = Callable[[str], None]


def _go_on(_step: str) -> None:
    """Nobody waits for a step."""


@dataclass(frozen=True)
class StageSteps(DeployedStage):
    """The steps for one stage, which is told `variables`.

    `parameters` are those of the stack that is deployed by name. `reached` is told each step that
    a whole deployment has made.
    """

    parameters: Mapping[str, str]
    variables: Mapping[str, str] = field(default_factory=dict)
    target: Target = AWS
    say: Say = print
    reached: Callable[[str], None] = _go_on

    def prepare(self) -> None:
        """Make sure that the stage can be deployed, and fetch what is remembered of it.

        Raises DeployRefused.
        """
        require_place(self.project, self.stage.name, self.place)
        self.download_state()
        Examination(self.cloud, self.stage, self.place, self.project).require_fit(self.say)
        if preflight.ensure_ecs_role(self.cloud.client("iam")):
            self.say(f"the account has ECS's role {ECS_ROLE} now")

    def deploy_stacks(self, units: tuple[str, ...], *, alone: bool = False) -> None:
        """Deploy these stacks, those that they need as well unless `alone`, and keep their outputs.

        Raises CdkFailed with what AWS said.
        """
        self.say(f"deploying stacks: {', '.join(units)}")
        parameters = self.parameters if set(units) & set(ON_REQUEST) else {}
        try:
            outputs = self.cdk.deploy(units, alone=alone, parameters=parameters)
        except CdkFailed as failure:
            raise self._explain(failure, units) from failure
        self.project.keep(self.stage, self.place, outputs, self.variables)
        self.upload_state()

    def _explain(self, failure: CdkFailed, units: tuple[str, ...]) -> CdkFailed:
        """The failure with what AWS said of it, where it said something."""
        for unit in units:
            client = self.select_cloud(unit).client("cloudformation")
            reason = stack_failures.explain(client, [self.cdk.build_stack_name(unit)])
            if reason is not None:
                return CdkFailed(f"{failure}: {reason}")
        return failure

    def deploy_functions(self) -> Package:
        """Deploy the functions by Chalice; what a broken-off deployment made is adopted."""
        self.say("deploying the functions")
        self.project.keep(self.stage, self.place, {}, self.variables)
        self.project.generate(self.stage.name)
        self._adopt()
        self._bound_roles()
        finishing.create_log_groups(self.cloud.client("logs"), self.list_function_names().values())
        self.releases.write(self.releases.read().begin())
        try:
            return chalice_cli.deploy(
                self.cloud,
                self.project,
                self.stage.name,
                self.target,
                self.stage.permissions_boundary,
            )
        finally:
            self.upload_state()

    def _adopt(self) -> None:
        adopted = adoption.adopt(
            self.cloud.client,
            self.project,
            self.stage.name,
            self.stage.function_prefix,
            self.project.app_name,
        )
        if adopted:
            self.say(f"already there, of a deployment that broke off: {', '.join(adopted)}")

    def _bound_roles(self) -> None:
        """Without a boundary nothing is changed: one that is there may be the account's own."""
        boundary = self.stage.permissions_boundary
        if boundary is not None:
            prefix = self.stage.function_prefix
            names = [function.role_name(prefix) for function in self.project.functions]
            changed = bound_existing_roles(self.cloud.client("iam"), names, boundary)
            if changed:
                self.say(f"roles with another permissions boundary now: {', '.join(changed)}")

    def finish(self) -> None:
        """Set what Chalice cannot: policies, concurrency, log retention, the API's stage."""
        outputs = self.project.outputs(self.stage.name)
        arns = resource_arns(self.stage.resources(self.place.account), self.place, outputs)
        deployed = Deployment(
            functions=self.list_function_names(),
            api=self.build_api_stage(outputs),
            system_log_level=self.stage.system_log_level,
            has_containers=self.stage.has_containers,
        )
        finishing.finish(self.cloud.client, deployed, self.project.functions, arns, say=self.say)

    def announce_endpoint(self) -> None:
        """Store and print the URL of log intake, with the seed's name for it."""
        endpoint = self.project.outputs(self.stage.name).get("ApiEndpoint")
        if endpoint is not None:
            self.project.keep(self.stage, self.place, {ENDPOINT: endpoint})
            self.upload_state()
            self.say(f"{ENDPOINT} = {endpoint}")

    def publish(self) -> None:
        """Upload the console's files."""
        outputs = self.project.outputs(self.stage.name)
        s3 = self.select_cloud("edge").client("s3")
        count = console.publish(s3, outputs, self.stage.region, self.stage.name)
        self.say(f"{count} files of the console are at {outputs['ConsoleUrl']}")

    @property
    def containers(self) -> ContainerSteps:
        """The steps that only a stage with containers has."""
        return ContainerSteps(self.stage, self.cloud, self.place, self.cdk, self.project, self.say)
