"""A project as a CloudFormation stack: package by Chalice, upload, create, update, delete."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from chalice.utils import to_cfn_resource_name

from infra.declared.function_kinds import Function
from infra.deploy import chalice_cli
from infra.deploy.cloud import Cloud
from infra.deploy.project import Project
from infra.deploy.wheels import Target

_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_API_FUNCTION = "APIHandler"  # Chalice's logical id of the routes' function
_WAIT = {"Delay": 1, "MaxAttempts": 120}
_UNCHANGED = "No updates are to be performed"

Template = dict[str, Any]


@dataclass(frozen=True)
class Stack:
    """The stack of one stage of a project; `bucket` stores the packages."""

    cloud: Cloud
    project: Project
    stage: str
    bucket: str

    @property
    def name(self) -> str:
        """The stack's name."""
        return f"{self.project.app_name}-{self.stage}"

    def package(self, target: Target) -> Template:
        """Package the project; return the SAM template with the uploaded package in `CodeUri`."""
        chalice_cli.provide_package(self.project, self.stage, target)
        out = self.project.root / "package"
        chalice_cli.run(self.cloud, self.project, "package", "--stage", self.stage, str(out))
        template: Template = json.loads((out / "sam.json").read_text())
        key = self._upload("packages", (out / "deployment.zip").read_bytes(), "zip")
        for function in _list_functions(template):
            function["Properties"]["CodeUri"] = f"s3://{self.bucket}/{key}"
        return template

    def deploy(self, template: Template) -> bool:
        """Create or update the stack; return False if there was no change.

        Raises botocore's WaiterError if CloudFormation failed.
        """
        client = self.cloud.client("cloudformation")
        # CloudFormation accepts 51,200 bytes in the request, and 1 MB from a bucket.
        key = self._upload("templates", json.dumps(template).encode(), "json")
        request = {
            "StackName": self.name,
            "TemplateURL": f"https://s3.amazonaws.com/{self.bucket}/{key}",
            "Capabilities": _CAPABILITIES,
        }
        kind = "update" if self._exists(client) else "create"
        try:
            getattr(client, f"{kind}_stack")(**request)
        except ClientError as error:
            if _UNCHANGED in str(error):
                return False
            raise
        client.get_waiter(f"stack_{kind}_complete").wait(StackName=self.name, WaiterConfig=_WAIT)
        return True

    def delete(self) -> None:
        """Delete the stack and wait until it is gone."""
        client = self.cloud.client("cloudformation")
        client.delete_stack(StackName=self.name)
        client.get_waiter("stack_delete_complete").wait(StackName=self.name, WaiterConfig=_WAIT)

    def list_physical_ids(self) -> dict[str, str]:
        """The physical ids of the stack's resources by logical id."""
        client = self.cloud.client("cloudformation")
        found = client.describe_stack_resources(StackName=self.name)["StackResources"]
        return {resource["LogicalResourceId"]: resource["PhysicalResourceId"] for resource in found}

    def list_functions(self) -> dict[str, str]:
        """The physical names of the functions by Chalice's names."""
        ids = self.list_physical_ids()
        return {
            function.chalice_name: ids[_build_logical_id(function)]
            for function in self.project.functions
        }

    def find_role_arn(self, name: str) -> str:
        """The ARN of a function's role; `name` is Chalice's."""
        client = self.cloud.client("lambda")
        configuration = client.get_function_configuration(FunctionName=self.list_functions()[name])
        return str(configuration["Role"])

    def find_rest_api_id(self) -> str | None:
        """The id of the API; None for an application without routes."""
        return self.list_physical_ids().get("RestAPI")

    def _upload(self, folder: str, content: bytes, ending: str) -> str:
        """Upload the content; return its key, which contains its hash."""
        key = f"{folder}/{hashlib.sha256(content).hexdigest()}.{ending}"
        self.cloud.client("s3").put_object(Bucket=self.bucket, Key=key, Body=content)
        return key

    def _exists(self, client: Any) -> bool:
        try:
            client.describe_stacks(StackName=self.name)
        except ClientError:
            return False
        return True


def _build_logical_id(function: Function) -> str:
    return (
        _API_FUNCTION if function.handler is None else str(to_cfn_resource_name(function.handler))
    )


def _list_functions(template: Template) -> list[Template]:
    resources: list[Template] = list(template["Resources"].values())
    return [resource for resource in resources if resource["Type"] == "AWS::Serverless::Function"]
