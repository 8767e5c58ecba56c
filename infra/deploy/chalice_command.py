"""Chalice's command line, so that a deployment can be repeated and the API keeps its responses.

Chalice knows no gateway responses, and each deployment replaces the API's definition. It records
what it created only after the whole plan succeeded (aws/chalice#1340), does not retry a mapping of
a stream whose role IAM does not know everywhere yet, and asks only every five seconds whether a
function is ready.
"""

import os
import re
from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError
from chalice.awsclient import TypedAWSClient
from chalice.cli import main as run_chalice
from chalice.config import Config
from chalice.deploy.deployer import Deployer, SwaggerBuilder
from chalice.package import SAMTemplateGenerator

from infra.declared.gateway_responses import EXTENSION, define_all
from infra.deploy.boundaries import VARIABLE, bound_new_roles, bound_packaged_roles

_STREAM_ROLE = re.compile("ensure the role can perform")
_FORMAT = {"schema_version": "2.0", "backend": Deployer.BACKEND_NAME}


def main() -> int | None:
    """Run Chalice's command of `sys.argv`; returns the exit code of one that failed."""
    ask_each_second(TypedAWSClient)
    retry_for_streams(TypedAWSClient)
    record_after_failures(Deployer)
    define_gateway_responses(SwaggerBuilder)
    if boundary := os.environ.get(VARIABLE):
        bound_new_roles(TypedAWSClient, boundary)
        bound_packaged_roles(SAMTemplateGenerator, boundary)
    code: int | None = run_chalice()
    return code


def ask_each_second(client: Any) -> None:
    """Let Chalice's client wait for a function by the newer waiters, which ask each second."""

    def wait_by(waiter: str) -> Callable[[Any, str], None]:
        def wait(self: Any, function_name: str) -> None:
            self._client("lambda").get_waiter(waiter).wait(FunctionName=function_name)

        return wait

    client._wait_for_active = wait_by("function_active_v2")  # noqa: SLF001 no setting for it
    client._wait_for_function_update = wait_by("function_updated_v2")  # noqa: SLF001 as above


def retry_for_streams(client: Any) -> None:
    """Let Chalice's client retry what Lambda says of a stream's role that is a few seconds old."""
    is_known = client._is_iam_role_related_error  # noqa: SLF001 as above

    def is_iam_role_related_error(self: Any, error: ClientError) -> bool:
        message = error.response["Error"].get("Message", "")
        return bool(is_known(self, error) or _STREAM_ROLE.search(message))

    client._is_iam_role_related_error = is_iam_role_related_error  # noqa: SLF001 as above


def record_after_failures(deployer: Any) -> None:
    """Let Chalice's deployer record what it created before it failed."""
    deploy = deployer._deploy  # noqa: SLF001 as above

    def deploy_and_record(self: Any, config: Config, stage: str) -> Any:
        try:
            return deploy(self, config, stage)
        except Exception:
            _record(self, config, stage)
            raise

    deployer._deploy = deploy_and_record  # noqa: SLF001 as above


def define_gateway_responses(builder: Any) -> None:
    """Let the API's definition hold the gateway responses: it is replaced with them at once."""
    handle = builder.handle_restapi

    def handle_restapi(self: Any, config: Config, resource: Any) -> None:
        handle(self, config, resource)
        resource.swagger_doc[EXTENSION] = define_all(config.environment_variables["CORS_ORIGIN"])

    builder.handle_restapi = handle_restapi


def _record(deployer: Any, config: Config, stage: str) -> None:
    """Add the created resources to the recorded ones, which the plan may not have reached."""
    resources = {
        **_read_recorded(config, stage),
        **{made["name"]: made for made in deployer._executor.resource_values},  # noqa: SLF001
    }
    if resources:
        deployed = {"resources": list(resources.values()), **_FORMAT}
        deployer._recorder.record_results(deployed, stage, config.project_dir)  # noqa: SLF001


def _read_recorded(config: Config, stage: str) -> dict[str, dict[str, Any]]:
    recorded = config.deployed_resources(stage)
    return {name: recorded.resource_values(name) for name in recorded.resource_names()}
