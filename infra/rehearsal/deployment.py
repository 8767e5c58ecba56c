"""One project, deployed to the emulator by CloudFormation and finished as on AWS."""

import os
from dataclasses import dataclass
from typing import Any

from infra.declared import access
from infra.declared.stages import Stage as Settings
from infra.deploy import finishing
from infra.deploy.api_stage import ApiStage
from infra.deploy.finishing import Deployed
from infra.deploy.policies import resource_arns
from infra.deploy.project import Project
from infra.deploy.wheels import HOST
from infra.local.provision.provision import Provisioned
from infra.local.provision.sign_in import id_token
from infra.rehearsal import beside_the_api, roles
from infra.rehearsal.calling import Answer, DeployedApi
from infra.rehearsal.emulated import CONSOLE, Emulated
from infra.rehearsal.stack import Stack, Template


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """A project with its resources in place and its template packaged."""

    emulated: Emulated
    settings: Settings
    project: Project
    stack: Stack
    template: Template
    provisioned: Provisioned

    @property
    def stage(self) -> str:
        """Its name, of the API's stage too."""
        return self.settings.name

    def deploy(self) -> bool:
        """Create or update the stack; False when nothing had to change."""
        return self.stack.deploy(self.template)

    def finish(self) -> None:
        """What the api stack adds to the API, and the finishing step."""
        place = self.emulated.cloud.place()
        arns = resource_arns(self.settings.resources(place.account), place)
        finishing.finish(self.client, self._deployed(), self.project.functions, arns)

    def destroy(self) -> None:
        """Delete all that was deployed."""
        functions = self.stack.functions()
        beside_the_api.remove(self.client, self.stack.name)
        self.stack.delete()
        finishing.remove(self.client, Deployed(functions=functions, api=None))
        roles.remove(self.client, self.settings.physical(access.TENANT_READER))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Call the deployed API; header names have `_` for `-`."""
        endpoint_url = self.emulated.config.endpoint_url
        api = DeployedApi(endpoint_url, str(self.stack.rest_api_id()), self.stage)
        return api.send(method, path, body, **headers)

    def paths(self) -> list[str]:
        """The paths of the packaged API."""
        api = self.template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
        return list(api["paths"])

    def token(self) -> str:
        """An ID token of the demo user."""
        outputs = self.provisioned.outputs
        return id_token(
            self.client("cognito-idp"),
            outputs["UserPoolId"],
            outputs["UserPoolClientId"],
            outputs["DemoUser"],
            outputs["DemoPassword"],
        )

    def worker_environment(self) -> dict[str, str]:
        """The environment that the worker's task has, with short times."""
        return {
            **self.emulated.cloud.environment(),
            **self.provisioned.variables,
            "STAGE": self.settings.name,
            "WORKER_ID": "rehearsal",
            "HEALTH_FILE": os.fspath(self.emulated.folder / "worker.health"),
            "FLUSH_AFTER_S": "0.2",
            "STOP_BUDGET_S": "5",
        }

    def client(self, service: str) -> Any:
        """A client of the emulator, with every right."""
        return self.emulated.cloud.client(service)

    def _deployed(self) -> Deployed:
        rest_api_id = self.stack.rest_api_id()
        if rest_api_id is None:
            return Deployed(functions=self.stack.functions(), api=None)
        beside = beside_the_api.provide(self.client, self.stack.name, rest_api_id, self.stage)
        api = ApiStage(
            rest_api_id=rest_api_id,
            name=self.stage,
            throttle=self.settings.throttle,
            cors_origin=CONSOLE.rstrip("/"),
            access_logs_arn=beside.access_logs_arn,
            logs_role_arn=beside.logs_role_arn,
        )
        return Deployed(functions=self.stack.functions(), api=api)


def prepare(emulated: Emulated, project: Project, settings: Settings) -> Rehearsal:
    """Make the stage's resources, its configuration and its package; nothing is deployed yet."""
    provisioned = emulated.provision(settings)
    project.keep(settings, emulated.cloud.place(), provisioned.outputs)
    project.generate(settings.name)
    bucket = provisioned.outputs["AnalyticsBucket"]
    stack = Stack(emulated.cloud, project, settings.name, bucket)
    return Rehearsal(
        emulated=emulated,
        settings=settings,
        project=project,
        stack=stack,
        template=stack.package(HOST),
        provisioned=provisioned,
    )
