"""The steps of a deployment; each can be repeated, so a failed run is simply run again.

The stacks that the functions need, the functions by Chalice, the stacks that need the functions,
the finishing step, and the console's files.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from infra.declared.access import ECS_ROLE
from infra.declared.variables import MissingOutput
from infra.deploy import (
    adoption,
    chalice_cli,
    console,
    finishing,
    preflight,
    stack_failures,
)
from infra.deploy.boundaries import bound_existing_roles
from infra.deploy.cdk import CdkFailed
from infra.deploy.containers import IMAGES, UNIT, ContainerSteps
from infra.deploy.containers import UNITS as CONTAINER_UNITS
from infra.deploy.deployed_stage import DeployedStage
from infra.deploy.doctor.examination import Examination
from infra.deploy.doctor.place import require_place
from infra.deploy.empty_stores import empty_stores
from infra.deploy.finishing import Deployment
from infra.deploy.package import Package
from infra.deploy.policies import resource_arns
from infra.deploy.refusal import DeployRefused
from infra.deploy.wheels import AWS, Target

BEFORE = ("data", "edge", "auth", "worker", "analytics", "access", "security")
FUNCTIONS = "functions"  # not a stack: Chalice deploys them
# The edge is deployed again: its origin is the API, which Chalice creates in between.
AFTER = ("api", "monitoring", "edge")
PROTECTED = ("data", "auth")
ON_REQUEST = ("pipeline",)
PREPARED, STACKS, MADE, LAST_STACKS, FINISHED, PUBLISHED = STEPS = (
    "preflights",
    "stacks",
    FUNCTIONS,
    "last stacks",
    "finishing",
    "console",
)
ENDPOINT = "api_endpoint"  # seed 004's output; CloudFormation allows no underscore
UNITS = (*BEFORE, FUNCTIONS, *AFTER[:2], *CONTAINER_UNITS, *ON_REQUEST)

Say = Callable[[str], None]


def _go_on(_step: str) -> None:
    """Nobody waits for a step."""


@dataclass(frozen=True)
class Flow(DeployedStage):
    """The steps for one stage, which is told `variables`.

    `parameters` are those of the stack that is deployed by name. `reached` is told each of STEPS
    that a whole deployment has made.
    """

    parameters: Mapping[str, str]
    variables: Mapping[str, str] = field(default_factory=dict)
    target: Target = AWS
    say: Say = print
    reached: Callable[[str], None] = _go_on

    def deploy(self, unit: str | None = None) -> None:
        """Deploy everything, or one unit with its dependencies.

        Raises DeployRefused for an unknown unit, NotBuilt without a console, and what the steps
        raise.
        """
        if unit is not None and unit not in UNITS:
            raise DeployRefused(f"there is no stack {unit}: it is one of {', '.join(UNITS)}")
        self._containers.require_chosen(unit)
        if unit is None:
            console.require_built()
        self._prepare()
        self.reached(PREPARED)
        if unit in (*BEFORE, IMAGES, *ON_REQUEST):
            self._deploy_stacks((unit,))
            return
        if unit is None or (unit != FUNCTIONS and self.find_rest_api_id() is None):
            self._deploy_stacks(self._select_first())
            self.reached(STACKS)
        package = None
        if unit in (None, FUNCTIONS) or self.find_rest_api_id() is None:
            package = self._deploy_functions()
            self.reached(MADE)
        if unit in (None, UNIT) and self.stage.has_containers:
            self._containers.require_image()
            self._deploy_stacks(("api", UNIT), alone=True)
        if unit not in (FUNCTIONS, UNIT):
            self._deploy_stacks(self._select_last() if unit is None else (unit,), alone=True)
            self.reached(LAST_STACKS)
        self._complete(package, with_console=unit is None)

    def roll_back(self) -> None:
        """Put the release before the live one in its place; only the functions are touched.

        Raises DeployRefused without one.
        """
        require_place(self.project, self.stage.name, self.place)
        self.download_state()
        index = self.releases.read()
        position = index.find_previous()
        release = index.releases[position]
        self.say(f"going back to the release of {release.made_at}")
        self.describe_live().restore(release, self.releases.read_package(release))
        self.releases.write(replace(index, current=position))

    def _complete(self, package: Package | None, *, with_console: bool) -> None:
        self._finish()
        if package is not None:
            release = self.describe_live().describe(package.sha256)
            self.releases.add(release, package.path.read_bytes())
        if self._containers.are_left():
            self._containers.remove()
            self.upload_state()
        self.reached(FINISHED)
        if with_console:
            self._publish()
            self.reached(PUBLISHED)
        self._announce_endpoint()

    def destroy(self) -> None:
        """Destroy the stage, in reverse order.

        Raises DeployRefused for a stage that keeps its data.
        """
        if self.stage.keeps_data:
            raise DeployRefused(
                f"{self.stage.name} keeps its data: docs/operations.md shows how to take it down"
            )
        require_place(self.project, self.stage.name, self.place)
        self.download_state()
        if self.stage.has_containers:
            self._containers.leave()
        self.say("destroying the stacks that need the functions")
        self.cdk.destroy(AFTER[:2])
        if self.project.read_deployed(self.stage.name):
            self.say("deleting the functions")
            functions = self.list_function_names()
            chalice_cli.delete(self.cloud, self.project, self.stage.name)
            finishing.delete_logs(
                self.cloud.client, Deployment(functions=functions, api=None), self.say
            )
        for unit in (*BEFORE, *ON_REQUEST):
            for name in empty_stores(self.select_cloud(unit), self.cdk.build_stack_name(unit)):
                self.say(f"{name} is empty")
        self.say("destroying the other stacks")
        self.cdk.destroy((*self._select_first(), *ON_REQUEST))
        self.project.forget(self.stage)

    def plan(self) -> None:
        """Print the changes that a deployment would make."""
        self.download_state()
        self.cdk.plan()
        try:
            self.project.generate(self.stage.name)
        except MissingOutput as missing:  # not deployed yet, or a stack was added since
            self.say(
                f"The functions' changes can be shown after the stacks are deployed: {missing}"
            )
            return
        chalice_cli.provide_package(self.project, self.stage.name, self.target)
        chalice_cli.plan(self.cloud, self.project, self.stage.name)

    def _deploy_stacks(self, units: tuple[str, ...], *, alone: bool = False) -> None:
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

    def _deploy_functions(self) -> Package:
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

    def _prepare(self) -> None:
        require_place(self.project, self.stage.name, self.place)
        self.download_state()
        Examination(self.cloud, self.stage, self.place, self.project).require_fit(self.say)
        if preflight.ensure_ecs_role(self.cloud.client("iam")):
            self.say(f"the account has ECS's role {ECS_ROLE} now")

    def _finish(self) -> None:
        outputs = self.project.outputs(self.stage.name)
        arns = resource_arns(self.stage.resources(self.place.account), self.place, outputs)
        deployed = Deployment(
            functions=self.list_function_names(),
            api=self.build_api_stage(outputs),
            system_log_level=self.stage.system_log_level,
            has_containers=self.stage.has_containers,
        )
        finishing.finish(self.cloud.client, deployed, self.project.functions, arns, say=self.say)

    def _announce_endpoint(self) -> None:
        """Store and print the URL of log intake, with the seed's name for it."""
        endpoint = self.project.outputs(self.stage.name).get("ApiEndpoint")
        if endpoint is not None:
            self.project.keep(self.stage, self.place, {ENDPOINT: endpoint})
            self.upload_state()
            self.say(f"{ENDPOINT} = {endpoint}")

    def _publish(self) -> None:
        outputs = self.project.outputs(self.stage.name)
        s3 = self.select_cloud("edge").client("s3")
        count = console.publish(s3, outputs, self.stage.region, self.stage.name)
        self.say(f"{count} files of the console are at {outputs['ConsoleUrl']}")

    @property
    def _containers(self) -> ContainerSteps:
        return ContainerSteps(self.stage, self.cloud, self.place, self.cdk, self.project, self.say)

    def _select_first(self) -> tuple[str, ...]:
        """With the repository of the containers' image, where there are any."""
        return (*self.select_units(BEFORE), *([IMAGES] if self.stage.has_containers else []))

    def _select_last(self) -> tuple[str, ...]:
        """With the stacks whose deletion protection begins once there is an API."""
        return (*AFTER, *PROTECTED) if self.stage.keeps_data else AFTER
