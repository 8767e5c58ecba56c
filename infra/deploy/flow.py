"""A stage's way to AWS, step by step; every step may run again, so a failed run is run again.

Stacks that the functions need, the functions by Chalice, the stacks that need the functions, the
finishing step, and the console's files.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from infra.declared.stages import CLOUDFRONT_REGION, STATE_BUCKET, Stage
from infra.declared.variables import MissingOutput
from infra.deploy import chalice_cli, console, finishing, memory
from infra.deploy.api_stage import ApiStage
from infra.deploy.cdk import Cdk
from infra.deploy.cloud import Cloud
from infra.deploy.emptying import empty
from infra.deploy.finishing import Deployed
from infra.deploy.policies import Place, resource_arns
from infra.deploy.project import Project
from infra.deploy.wheels import AWS, HOST, OLDEST_RUNTIME, Target

BEFORE = ("data", "edge", "auth", "worker", "analytics", "access", "security")
FUNCTIONS = "functions"  # no stack: what Chalice deploys
# The edge once more: its origin is the API, which is made in between.
AFTER = ("api", "monitoring", "edge")
ON_REQUEST = ("pipeline",)
ENDPOINT = "api_endpoint"  # seed 004's output; CloudFormation's names take no underscore
UNITS = (*BEFORE, FUNCTIONS, *AFTER[:2], *ON_REQUEST)

Say = Callable[[str], None]


class Refused(Exception):
    """What was asked for cannot be done; the text is one sentence."""


def require_interpreter(version: tuple[int, int] = HOST.python) -> None:
    """Raise Refused for an interpreter whose runtime AWS should not get."""
    if version < OLDEST_RUNTIME:
        needed, found = (".".join(map(str, each)) for each in (OLDEST_RUNTIME, version))
        raise Refused(
            f"a deploy to AWS needs Python {needed} or newer, since Lambda runs the deploying "
            f"interpreter's version, and this is {found}"
        )


@dataclass(frozen=True)
class Flow:
    """The steps for one stage; `parameters` are those of the stack that is asked for by name."""

    stage: Stage
    cloud: Cloud
    place: Place
    cdk: Cdk
    project: Project
    parameters: Mapping[str, str]
    target: Target = AWS
    say: Say = print

    def deploy(self, unit: str | None = None) -> None:
        """Deploy everything, or one unit with what it needs.

        Raises Refused for a unit that there is not, and what the steps raise.
        """
        if unit is not None and unit not in UNITS:
            raise Refused(f"there is no stack {unit}: it is one of {', '.join(UNITS)}")
        self._recall()
        if unit in (*BEFORE, *ON_REQUEST):
            self._stacks((unit,))
            return
        if unit is None or (unit != FUNCTIONS and self._rest_api_id() is None):
            self._stacks(self._wanted(BEFORE))
        if unit in (None, FUNCTIONS) or self._rest_api_id() is None:
            self._functions()
        if unit != FUNCTIONS:
            self._stacks(AFTER if unit is None else (unit,), alone=True)
        self._finish()
        if unit is None:
            self._publish()
        self._name_endpoint()

    def destroy(self) -> None:
        """Destroy everything of the stage, the newest first.

        Raises Refused for a stage that keeps its data.
        """
        if self.stage.keeps_data:
            raise Refused(
                f"{self.stage.name} keeps its data: docs/operations.md shows how to take it down"
            )
        self._recall()
        self.say("destroying the stacks that need the functions")
        self.cdk.destroy(AFTER[:2])
        if self.project.deployed(self.stage.name):
            self.say("deleting the functions")
            functions = self._function_names()
            chalice_cli.delete(self.cloud, self.project, self.stage.name)
            finishing.remove(self.cloud.client, Deployed(functions=functions, api=None), self.say)
        for unit in (*BEFORE, *ON_REQUEST):
            for name in empty(self._cloud_of(unit), self.cdk.stack_name(unit)):
                self.say(f"{name} is empty")
        self.say("destroying the other stacks")
        self.cdk.destroy((*self._wanted(BEFORE), *ON_REQUEST))
        self.project.forget(self.stage)

    def plan(self) -> None:
        """Show what a deployment would change."""
        self._recall()
        self.cdk.plan()
        try:
            self.project.generate(self.stage.name)
        except MissingOutput as missing:  # not deployed yet, or before a stack was added
            self.say(f"What becomes of the functions shows after the stacks: {missing}")
            return
        chalice_cli.provide_package(self.project, self.stage.name, self.target)
        chalice_cli.plan(self.cloud, self.project, self.stage.name)

    def _stacks(self, units: tuple[str, ...], *, alone: bool = False) -> None:
        self.say(f"deploying stacks: {', '.join(units)}")
        parameters = self.parameters if set(units) & set(ON_REQUEST) else {}
        outputs = self.cdk.deploy(units, alone=alone, parameters=parameters)
        self.project.keep(self.stage, self.place, outputs)
        self._remember()

    def _functions(self) -> None:
        self.say("deploying the functions")
        self.project.generate(self.stage.name)
        try:
            chalice_cli.deploy(self.cloud, self.project, self.stage.name, self.target)
        finally:
            self._remember()

    def _recall(self) -> None:
        memory.recall(self.cloud.client("s3"), self._memory, self.project, self.stage.name)

    def _remember(self) -> None:
        memory.remember(self.cloud.client("s3"), self._memory, self.project, self.stage.name)

    @property
    def _memory(self) -> str:
        return self.stage.bucket(STATE_BUCKET, self.place.account)

    def _finish(self) -> None:
        outputs = self.project.outputs(self.stage.name)
        arns = resource_arns(self.stage.resources(self.place.account), self.place, outputs)
        deployed = Deployed(functions=self._function_names(), api=self._api(outputs))
        finishing.finish(self.cloud.client, deployed, self.project.functions, arns, say=self.say)

    def _name_endpoint(self) -> None:
        """Keep and say where logs are sent, under the seed's name for it."""
        endpoint = self.project.outputs(self.stage.name).get("ApiEndpoint")
        if endpoint is not None:
            self.project.keep(self.stage, self.place, {ENDPOINT: endpoint})
            self._remember()
            self.say(f"{ENDPOINT} = {endpoint}")

    def _publish(self) -> None:
        outputs = self.project.outputs(self.stage.name)
        s3 = self._cloud_of("edge").client("s3")
        count = console.publish(s3, outputs, self.stage.region)
        self.say(f"{count} files of the console are at {outputs['ConsoleUrl']}")

    def _api(self, outputs: Mapping[str, str]) -> ApiStage | None:
        """The API's stage; None until the api stack was there, whose outputs it needs."""
        rest_api_id = self._rest_api_id()
        if rest_api_id is None or "ApiAccessLogs" not in outputs:
            return None
        return ApiStage(
            rest_api_id=rest_api_id,
            name=self.stage.name,
            throttle=self.stage.throttle,
            cors_origin=self.stage.cors_origin or outputs["ConsoleUrl"].rstrip("/"),
            access_logs_arn=outputs["ApiAccessLogs"],
            logs_role_arn=outputs["ApiLogsRole"],
        )

    def _rest_api_id(self) -> str | None:
        api: dict[str, Any] = self.project.deployed(self.stage.name).get("rest_api", {})
        return api.get("rest_api_id")

    def _function_names(self) -> dict[str, str]:
        prefix = self.stage.function_prefix
        return {each.chalice_name: each.name(prefix) for each in self.project.functions}

    def _wanted(self, units: tuple[str, ...]) -> tuple[str, ...]:
        """Without the guards of the account, where another stage or nobody here owns them."""
        return tuple(each for each in units if each != "security" or self.stage.guards_account)

    def _cloud_of(self, unit: str) -> Cloud:
        return replace(self.cloud, region=CLOUDFRONT_REGION) if unit == "edge" else self.cloud
