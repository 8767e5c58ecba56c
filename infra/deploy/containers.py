"""The steps of a deployment that containers need: their image, and how a stage leaves them."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from infra.declared.containers import (
    CONTAINERS,
    ORIGIN_HOST_OUTPUT,
    ORIGIN_ID_OUTPUT,
    REPOSITORY,
    SERVERLESS,
)
from infra.declared.stages import Stage
from infra.deploy.cdk import Cdk
from infra.deploy.cloud import Cloud
from infra.deploy.policies import Place
from infra.deploy.project import Project
from infra.deploy.refusal import DeployRefused

IMAGES, UNIT = "images", "containers"
UNITS = (IMAGES, UNIT)
EDGE = "edge"


@dataclass(frozen=True)
class ContainerSteps:
    """The steps for one stage in the account and region `place`."""

    stage: Stage
    cloud: Cloud
    place: Place
    cdk: Cdk
    project: Project
    say: Callable[[str], None]

    def require_chosen(self, unit: str | None) -> None:
        """Raise DeployRefused for a stack of the containers where there are none."""
        if unit in UNITS and not self.stage.has_containers:
            raise DeployRefused(
                f"stage {self.stage.name} is {SERVERLESS}: stack {unit} needs "
                f"INFRA_TYPE={CONTAINERS}"
            )

    def require_image(self) -> None:
        """Raise DeployRefused without the image: ECS would try to start it for hours."""
        name, tag = self.stage.physical(REPOSITORY), self.stage.containers.image_tag
        ecr = self.cloud.client("ecr")
        try:
            ecr.describe_images(repositoryName=name, imageIds=[{"imageTag": tag}])
        except (ecr.exceptions.ImageNotFoundException, ecr.exceptions.RepositoryNotFoundException):
            raise DeployRefused(
                f"the repository {name} has no image {tag}: docs/containers.md builds and pushes "
                "it; then deploy again"
            ) from None

    def are_left(self) -> bool:
        """Whether the stage has containers of an earlier deployment that it no longer wants."""
        deployed = ORIGIN_ID_OUTPUT in self.project.outputs(self.stage.name)
        return deployed and not self.stage.has_containers

    def remove(self) -> None:
        """Destroy the containers, which CloudFront must not use any more; their image stays.

        Raises CdkFailed.
        """
        self.say("destroying the containers")
        with_them = replace(self.cdk, stage=replace(self.stage, has_containers=True))
        with_them.destroy((UNIT,), alone=True)
        gone = (ORIGIN_ID_OUTPUT, ORIGIN_HOST_OUTPUT)
        self.project.drop_outputs(self.stage, gone)

    def leave(self) -> None:
        """Let CloudFront use the REST API again, then destroy the containers.

        Raises CdkFailed.
        """
        without = replace(self.cdk, stage=replace(self.stage, has_containers=False))
        without.deploy((EDGE,), alone=True)
        self.remove()
