"""The steps of a deployment; each can be repeated, so a failed run is simply run again.

The stacks that the functions need, the functions by Chalice, the stacks that need the functions,
the finishing step, and the console's files.
"""

from dataclasses import replace

from infra.declared.variables import MissingOutput
from infra.deploy import chalice_cli, console, finishing
from infra.deploy.containers import IMAGES, UNIT
from infra.deploy.containers import UNITS as CONTAINER_UNITS
from infra.deploy.doctor.place import require_place
from infra.deploy.empty_stores import empty_stores
from infra.deploy.finishing import Deployment
from infra.deploy.package import Package
from infra.deploy.refusal import DeployRefused
from infra.deploy.steps import ON_REQUEST, StageSteps

BEFORE = ("data", "edge", "auth", "worker", "analytics", "access", "security")
FUNCTIONS = "functions"  # not a stack: Chalice deploys them
# The edge is deployed again: its origin is the API, which Chalice creates in between.
AFTER = ("api", "monitoring", "edge")
PROTECTED = ("data", "auth")
PREPARED, STACKS, MADE, LAST_STACKS, FINISHED, PUBLISHED = STEPS = (
    "preflights",
    "stacks",
    FUNCTIONS,
    "last stacks",
    "finishing",
    "console",
)
UNITS = (*BEFORE, FUNCTIONS, *AFTER[:2], *CONTAINER_UNITS, *ON_REQUEST)


class Flow(StageSteps):
    """The order of the steps for one stage; `reached` is told STEPS."""

    def deploy(self, unit: str | None = None) -> None:
        """Deploy everything, or one unit with its dependencies.

        Raises DeployRefused for an unknown unit, NotBuilt without a console, and what the steps
        raise.
        """
        if unit is not None and unit not in UNITS:
            raise DeployRefused(f"there is no stack {unit}: it is one of {', '.join(UNITS)}")
        self.containers.require_chosen(unit)
        if unit is None:
            console.require_built()
        self.prepare()
        self.reached(PREPARED)
        if unit in (*BEFORE, IMAGES, *ON_REQUEST):
            self.deploy_stacks((unit,))
            return
        if unit is None or (unit != FUNCTIONS and self.find_rest_api_id() is None):
            self.deploy_stacks(self._select_first())
            self.reached(STACKS)
        package = None
        if unit in (None, FUNCTIONS) or self.find_rest_api_id() is None:
            package = self.deploy_functions()
            self.reached(MADE)
        if unit in (None, UNIT) and self.stage.has_containers:
            self.containers.require_image()
            self.deploy_stacks(("api", UNIT), alone=True)
        if unit not in (FUNCTIONS, UNIT):
            self.deploy_stacks(self._select_last() if unit is None else (unit,), alone=True)
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
        self.finish()
        if package is not None:
            release = self.describe_live().describe(package.sha256)
            self.releases.add(release, package.path.read_bytes())
        if self.containers.are_left():
            self.containers.remove()
            self.upload_state()
        self.reached(FINISHED)
        if with_console:
            self.publish()
            self.reached(PUBLISHED)
        self.announce_endpoint()

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
            self.containers.leave()
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

    def _select_first(self) -> tuple[str, ...]:
        """With the repository of the containers' image, where there are any."""
        return (*self.select_units(BEFORE), *([IMAGES] if self.stage.has_containers else []))

    def _select_last(self) -> tuple[str, ...]:
        """With the stacks whose deletion protection begins once there is an API."""
        return (*AFTER, *PROTECTED) if self.stage.keeps_data else AFTER
