"""Make a user of a stage on AWS: `make user STAGE=dev EMAIL= TENANT= GROUPS=`."""

import argparse
import os
import sys

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.errors import Unavailable
from infra.declared import stages
from infra.declared.resources import resources
from infra.declared.stage_parts import UnknownStage
from infra.declared.variables import MissingOutput, output
from infra.deploy.cloud import Cloud
from infra.deploy.project import Project
from infra.local.provision.users import (
    BadUser,
    PoolUser,
    Users,
    WantedUser,
    read_arguments,
    require_tenant,
)


def main(arguments: list[str] | None = None) -> int:
    """Exit 0 with how to sign in on standard output, 1 with one sentence on standard error."""
    parser = argparse.ArgumentParser(prog="python -m infra.deploy.user")
    parser.add_argument("--stage", required=True)
    try:
        given = read_arguments(parser, arguments)
        stage = stages.stage(given.stage, os.environ)
        kept = Project().outputs(stage.name)
        user = make_user(Cloud(stage.region), stage.name, kept, given.wanted)
        print(_describe(user, output(kept, "ConsoleUrl")))
    except (
        BadUser,
        BotoCoreError,
        ClientError,
        MissingOutput,
        Unavailable,
        UnknownStage,
    ) as error:
        sys.stderr.write(f"user: {error}\n")
        return 1
    return 0


def make_user(cloud: Cloud, stage: str, outputs: dict[str, str], wanted: WantedUser) -> PoolUser:
    """Make or change the user; Cognito mails a new one a temporary password.

    `outputs` are those of the stage's stacks. Raises BadUser, MissingOutput before the deploy, and
    botocore's own errors.
    """
    pool_id = output(outputs, "UserPoolId")
    if wanted.tenant is not None:
        require_tenant(cloud.client("dynamodb"), outputs, wanted.tenant)
    pool = resources(stage=stage, account="", region="").user_pool
    return Users(cloud.client("cognito-idp"), pool_id, pool).ensure(wanted, invites=True)


def _describe(user: PoolUser, console_url: str) -> str:
    mailed = " Cognito has mailed a temporary password." if user.did == "was created" else ""
    return f"{user.email} {user.did}.{mailed}\n\n{user.describe()}\n  Console   {console_url}"


if __name__ == "__main__":
    sys.exit(main())
