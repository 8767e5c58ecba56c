"""Make a user of the running local system, and print its sign-in: `make user EMAIL= TENANT=`."""

import argparse
import sys
from functools import partial
from typing import Any

from chalicelib.aws import Aws, Timeouts
from infra.local.config import DEMO_USER, LocalConfig
from infra.local.environment import aws_settings
from infra.local.provision.command import print_result
from infra.local.provision.generated_values import GeneratedValues, password
from infra.local.provision.provision import local_resources
from infra.local.provision.sign_in import DEMO_TENANT
from infra.local.provision.users import (
    BadUser,
    PoolUser,
    Users,
    WantedUser,
    read_arguments,
    require_tenant,
)
from infra.local.system import outputs

TIMEOUTS = Timeouts(connect_s=1, read_s=10, attempts=2)


def main(arguments: list[str] | None = None) -> int:
    """Exit 0 with the sign-in on standard output, 1 with one sentence on standard error."""
    parser = argparse.ArgumentParser(prog="python -m infra.local.provision.user")
    return print_result(
        lambda config: make_user(config, read_arguments(parser, arguments).wanted), "user"
    )


def make_user(config: LocalConfig, wanted: WantedUser) -> str:
    """Make or change the user of the system that runs with this state; returns its sign-in.

    Raises BadUser, outputs.NothingRuns, Damaged, or botocore's own errors when the emulator does
    not respond.
    """
    if wanted.email == DEMO_USER:
        raise BadUser(f"{DEMO_USER} is the demo user, which make run makes; choose another address")
    running = outputs.read(config.outputs_file)
    client = partial(Aws(aws_settings(running["AwsEndpointUrl"])).client, timeouts=TIMEOUTS)
    if wanted.tenant not in (None, DEMO_TENANT):
        require_tenant(client("dynamodb"), running, wanted.tenant)
    users = Users(client("cognito-idp"), running["UserPoolId"], local_resources().user_pool)
    user = users.ensure(wanted, invites=False)
    return _sign_in(config, running, user, _set_password(users, config, user.email))


def password_name(email: str) -> str:
    """The name by which a user's password is kept among the generated values."""
    return f"user-password:{email}"


def _set_password(users: Users, config: LocalConfig, email: str) -> str:
    """The same one each time, so that it outlives an emulator that lost its state."""
    kept = GeneratedValues(config.generated_file).get(password_name(email), password)
    who: dict[str, Any] = {"UserPoolId": users.pool_id, "Username": email}
    users.client.admin_set_user_password(**who, Password=kept, Permanent=True)
    return kept


def _sign_in(config: LocalConfig, running: dict[str, str], user: PoolUser, kept: str) -> str:
    return f"""{user.email} {user.did}.

  Sign in   {user.email}  {kept}
{user.describe()}
  Console   {running["ConsoleUrl"]}
  Token     {config.make("-s token")} USER={user.email}"""


if __name__ == "__main__":
    sys.exit(main())
