"""The images stack: the repository of the API's image, there before the containers that run it."""

from constructs import Construct

from infra.declared.containers import REPOSITORY
from infra.declared.stages import Stage
from infra.stacks.shared.base import StageStack, choose_removal_policy
from infra.stacks.shared.repository import add_repository


class ImagesStack(StageStack):
    """Only where containers serve the API."""

    def __init__(self, scope: Construct, *, stage: Stage) -> None:
        super().__init__(scope, "images", stage=stage)
        self.repository = add_repository(
            self,
            "Repository",
            name=stage.physical(REPOSITORY),
            removal_policy=choose_removal_policy(stage),
        )
        self.add_output("ApiRepositoryUri", self.repository.repository_uri)
