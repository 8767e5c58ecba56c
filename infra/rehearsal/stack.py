"""A project as one CloudFormation stack: `chalice package`, its upload, create, update, delete."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError
from chalice.utils import to_cfn_resource_name

from infra.declared.functions import Function
from infra.deploy import chalice_cli
from infra.deploy.cloud import Cloud
from infra.deploy.project import Project
from infra.deploy.wheels import Target

_CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
_API_FUNCTION = "APIHandler"  # Chalice's logical id of the function behind the routes
_WAIT = {"Delay": 1, "MaxAttempts": 120}
_UNCHANGED = "No updates are to be performed"

Template = dict[str, Any]


@dataclass(frozen=True)
class Stack:
    """The stack of one stage of a project; `bucket` takes the packages."""

    cloud: Cloud
    project: Project
    stage: str
    bucket: str

    @property
    def name(self) -> str:
        """The stack's name."""
        return f"{self.project.app_name}-{self.stage}"

    def package(self, target: Target) -> Template:
        """The SAM template, with its package in the bucket under the package's own hash."""
        chalice_cli.provide_package(self.project, self.stage, target)
        out = self.project.root / "package"
        chalice_cli.run(self.cloud, self.project, "package", "--stage", self.stage, str(out))
        template: Template = json.loads((out / "sam.json").read_text())
        key = self._uploaded("packages", (out / "deployment.zip").read_bytes(), "zip")
        for function in _functions(template):
            function["Properties"]["CodeUri"] = f"s3://{self.bucket}/{key}"
        return template

    def deploy(self, template: Template) -> bool:
        """Create or update the stack; False when nothing had to change.

        Raises botocore's WaiterError when CloudFormation gave up.
        """
        client = self.cloud.client("cloudformation")
        # CloudFormation takes 51,200 bytes by hand, and a megabyte out of a bucket.
        key = self._uploaded("templates", json.dumps(template).encode(), "json")
        wanted = {
            "StackName": self.name,
            "TemplateURL": f"https://s3.amazonaws.com/{self.bucket}/{key}",
            "Capabilities": _CAPABILITIES,
        }
        kind = "update" if self._exists(client) else "create"
        try:
            getattr(client, f"{kind}_stack")(**wanted)
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

    def physical_ids(self) -> dict[str, str]:
        """What the stack made, by the template's names."""
        client = self.cloud.client("cloudformation")
        found = client.describe_stack_resources(StackName=self.name)["StackResources"]
        return {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in found}

    def functions(self) -> dict[str, str]:
        """The names of the functions by Chalice's own."""
        ids = self.physical_ids()
        return {each.chalice_name: ids[_logical_id(each)] for each in self.project.functions}

    def role_arn(self, name: str) -> str:
        """The role of a function, by Chalice's name of it."""
        client = self.cloud.client("lambda")
        found = client.get_function_configuration(FunctionName=self.functions()[name])
        return str(found["Role"])

    def rest_api_id(self) -> str | None:
        """The id of the API; None for an application without routes."""
        return self.physical_ids().get("RestAPI")

    def _uploaded(self, folder: str, content: bytes, ending: str) -> str:
        """The key under which the content is in the bucket: its own hash."""
        key = f"{folder}/{hashlib.sha256(content).hexdigest()}.{ending}"
        self.cloud.client("s3").put_object(Bucket=self.bucket, Key=key, Body=content)
        return key

    def _exists(self, client: Any) -> bool:
        try:
            client.describe_stacks(StackName=self.name)
        except ClientError:
            return False
        return True


def _logical_id(function: Function) -> str:
    return (
        _API_FUNCTION if function.handler is None else str(to_cfn_resource_name(function.handler))
    )


def _functions(template: Template) -> list[Template]:
    resources: list[Template] = list(template["Resources"].values())
    return [each for each in resources if each["Type"] == "AWS::Serverless::Function"]
