"""One project, deployed to the emulator by CloudFormation, with the finishing step of AWS."""

import os
from dataclasses import dataclass
from typing import Any

from infra.declared import access
from infra.declared.stages import Stage
from infra.deploy import finishing
from infra.deploy.api_stage import ApiStage
from infra.deploy.finishing import Deployment
from infra.deploy.policies import resource_arns
from infra.deploy.project import Project
from infra.deploy.wheels import HOST
from infra.local.provision.provision import Provisioned
from infra.local.provision.sign_in import id_token
from infra.rehearsal import access_roles, api_stack_resources
from infra.rehearsal.cloudformation_stack import Stack, Template
from infra.rehearsal.deployed_api import ApiResponse, DeployedApi
from infra.rehearsal.emulator import CONSOLE, RunningEmulator


@dataclass(frozen=True, kw_only=True)
class Rehearsal:
    """A project with its resources created and its template packaged."""

    emulator: RunningEmulator
    stage: Stage
    project: Project
    stack: Stack
    template: Template
    provisioned: Provisioned

    def deploy(self) -> bool:
        """Create or update the stack; return False if there was no change."""
        return self.stack.deploy(self.template)

    def finish(self) -> None:
        """Create what the api stack would add, and run the finishing step."""
        place = self.emulator.cloud.find_place()
        arns = resource_arns(self.stage.resources(place.account), place)
        finishing.finish(self.client, self._describe_deployment(), self.project.functions, arns)

    def destroy(self) -> None:
        """Delete everything that was deployed."""
        functions = self.stack.list_functions()
        api_stack_resources.delete(self.client, self.stack.name)
        self.stack.delete()
        finishing.delete_logs(self.client, Deployment(functions=functions, api=None))
        access_roles.delete(self.client, self.stage.physical(access.TENANT_READER))

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> ApiResponse:
        """Send a request to the deployed API; header names have `_` for `-`."""
        endpoint_url = self.emulator.config.endpoint_url
        api = DeployedApi(endpoint_url, str(self.stack.find_rest_api_id()), self.stage.name)
        return api.send(method, path, body, **headers)

    def list_paths(self) -> list[str]:
        """The paths of the packaged API."""
        api = self.template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]
        return list(api["paths"])

    def fetch_token(self) -> str:
        """An ID token of the demo user."""
        outputs = self.provisioned.outputs
        return id_token(
            self.client("cognito-idp"),
            outputs["UserPoolId"],
            outputs["UserPoolClientId"],
            outputs["DemoUser"],
            outputs["DemoPassword"],
        )

    def build_worker_environment(self) -> dict[str, str]:
        """The environment of the worker's task, with short times."""
        return {
            **self.emulator.cloud.build_environment(),
            **self.provisioned.variables,
            "STAGE": self.stage.name,
            "WORKER_ID": "rehearsal",
            "HEALTH_FILE": os.fspath(self.emulator.folder / "worker.health"),
            "FLUSH_AFTER_S": "0.2",
            "STOP_BUDGET_S": "5",
        }

    def client(self, service: str) -> Any:
        """A client of the emulator with all permissions."""
        return self.emulator.cloud.client(service)

    def _describe_deployment(self) -> Deployment:
        rest_api_id = self.stack.find_rest_api_id()
        if rest_api_id is None:
            return Deployment(functions=self.stack.list_functions(), api=None)
        api_stack = api_stack_resources.create(
            self.client, self.stack.name, rest_api_id, self.stage.name
        )
        api = ApiStage(
            rest_api_id=rest_api_id,
            name=self.stage.name,
            throttle=self.stage.throttle,
            cors_origin=CONSOLE.rstrip("/"),
            access_logs_arn=api_stack.access_logs_arn,
            logs_role_arn=api_stack.logs_role_arn,
        )
        return Deployment(functions=self.stack.list_functions(), api=api)


def prepare(emulator: RunningEmulator, project: Project, stage: Stage) -> Rehearsal:
    """Create the stage's resources, generate its configuration and package it, without a deploy."""
    provisioned = emulator.provision(stage)
    project.keep(stage, emulator.cloud.find_place(), provisioned.outputs)
    project.generate(stage.name)
    bucket = provisioned.outputs["AnalyticsBucket"]
    stack = Stack(emulator.cloud, project, stage.name, bucket)
    return Rehearsal(
        emulator=emulator,
        stage=stage,
        project=project,
        stack=stack,
        template=stack.package(HOST),
        provisioned=provisioned,
    )
