"""The stage that data is moved out of or into: the running local system, or one on AWS."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from chalicelib.aws import Aws, Timeouts
from infra.declared import stages
from infra.declared.kinds import Resources
from infra.declared.resources import LOCAL, resources
from infra.declared.variables import output
from infra.deploy.cloud import Cloud
from infra.deploy.project import Project
from infra.local.config import local_config
from infra.local.environment import aws_settings, isolate
from infra.local.system import outputs

_TIMEOUTS = Timeouts(connect_s=2, read_s=60, attempts=3)


@dataclass(frozen=True)
class StagePlace:
    """A stage by its name, the outputs of its stacks, and `client`, which makes AWS's clients."""

    stage: str
    outputs: Mapping[str, str]
    client: Callable[[str], Any]

    @property
    def is_local(self) -> bool:
        """Whether it is the local system, which has one process for all of AWS."""
        return self.stage == LOCAL

    def name_of(self, resource: str) -> str:
        """The name of a table or bucket by its output.

        Raises MissingOutput before the stage's stacks are deployed.
        """
        return output(self.outputs, resource)

    @property
    def declared(self) -> Resources:
        """What is declared for the stage; names of its buckets are in the outputs alone."""
        return resources(stage=self.stage, account="", region="")

    def ttl_of(self, resource: str) -> str | None:
        """The attribute after whose time DynamoDB deletes a table's items, if it has one."""
        return next(table.ttl for table in self.declared.tables if table.output == resource)


def find_place(stage: str) -> StagePlace:
    """The stage as the caller's environment and the last deployment say where it is.

    Raises NothingRuns, BadConfig, UnknownStage.
    """
    if stage == LOCAL:
        config = local_config()
        isolate()
        running = outputs.read(config.outputs_file)
        aws = Aws(aws_settings(running["AwsEndpointUrl"]))
        return StagePlace(stage, running, partial(aws.client, timeouts=_TIMEOUTS))
    found = stages.stage(stage, os.environ)
    return StagePlace(stage, Project().outputs(stage), Cloud(found.region).client)
