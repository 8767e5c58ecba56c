"""A stage on AWS as the deploy's commands see it: its memory, its names, its parts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from infra.declared.stages import CLOUDFRONT_REGION, STATE_BUCKET, Stage
from infra.deploy import deployment_state
from infra.deploy.api_stage import ApiStage
from infra.deploy.cdk import Cdk
from infra.deploy.cloud import Cloud
from infra.deploy.policies import Place
from infra.deploy.project import Project
from infra.deploy.releases import ReleaseStore
from infra.deploy.rollback import LiveStage


@dataclass(frozen=True)
class DeployedStage:
    """A stage in the account and region `place`, with its stacks' `cdk` and Chalice's `project`."""

    stage: Stage
    cloud: Cloud
    place: Place
    cdk: Cdk
    project: Project

    def download_state(self) -> None:
        """Fetch what deployments from elsewhere remember."""
        deployment_state.download(
            self.cloud.client("s3"), self._state_bucket, self.project, self.stage.name
        )

    def upload_state(self) -> None:
        """Store what this one remembers."""
        deployment_state.upload(
            self.cloud.client("s3"), self._state_bucket, self.project, self.stage.name
        )

    @property
    def _state_bucket(self) -> str:
        return self.stage.bucket(STATE_BUCKET, self.place.account)

    @property
    def releases(self) -> ReleaseStore:
        """Its last releases."""
        return ReleaseStore(self.cloud.client("s3"), self._state_bucket)

    def describe_live(self) -> LiveStage:
        """Its functions as they are now."""
        prefix = self.stage.function_prefix
        return LiveStage(
            client=self.cloud.client,
            roles={
                function.name(prefix): function.role_name(prefix)
                for function in self.project.functions
            },
            rest_api_id=self.find_rest_api_id(),
            name=self.stage.name,
        )

    def build_api_stage(self, outputs: Mapping[str, str]) -> ApiStage | None:
        """The API's stage; None before the api stack is deployed, whose outputs it needs."""
        rest_api_id = self.find_rest_api_id()
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

    def find_rest_api_id(self) -> str | None:
        """None before Chalice made the API."""
        api: dict[str, Any] = self.project.read_deployed(self.stage.name).get("rest_api", {})
        return api.get("rest_api_id")

    def list_function_names(self) -> dict[str, str]:
        """Physical names by Chalice's."""
        prefix = self.stage.function_prefix
        return {function.chalice_name: function.name(prefix) for function in self.project.functions}

    def select_units(self, units: tuple[str, ...]) -> tuple[str, ...]:
        """Leave out the security stack if this stage does not guard the account."""
        return tuple(unit for unit in units if unit != "security" or self.stage.guards_account)

    def select_cloud(self, unit: str) -> Cloud:
        """The region of a stack."""
        return replace(self.cloud, region=CLOUDFRONT_REGION) if unit == "edge" else self.cloud
